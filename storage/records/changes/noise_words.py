"""Words of clocks, counters and labels of other stories, in the main languages of news."""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

# A clock is one of these with numbers, dates and small words: "updated 24 Nov, 10:32", "5 minutes ago".
CLOCK = frozenset(
    "updated modified edited ago aktualisiert geändert actualisé modifié actualizado actualizada modificado"
    " atualizado aggiornato bijgewerkt gewijzigd geleden uppdaterad sedan oppdatert opdateret siden päivitetty"
    " sitten zaktualizowano aktualizacja temu aktualizováno обновлено назад оновлено тому güncellendi"
    " güncelleme önce frissítve actualizat ενημερώθηκε diperbarui lalu trước 更新 最終更新 更新日 更新日時"
    " 更新时间 更新時間 最后更新 分前 時間前 日前 分钟前 小时前 分鐘前 小時前 天前 업데이트 수정 전 분전 시간전"
    " تحديث قبل منذ پیش עודכן לפני".split()
)
# With a time of day or a month: "published 24 Nov", "Stand: 10:32 Uhr".
PUBLISHED = frozenset(
    "published posted update stand mis mise veröffentlicht publié publicado pubblicato gepubliceerd publicerad"
    " publisert opublikowano опубликовано yayınlanma 掲載 公開 发布 發布 발행 입력".split()
)
# "vor 5 Minuten", "il y a 2 heures", "hace 3 horas": one of these with a unit.
BEFORE = frozenset("vor il hace há fa acum".split())
UNITS = frozenset(
    "s sec secs second seconds min mins minute minutes h hr hrs hour hours d day days w week weeks sekunde"
    " sekunden minuten stunde stunden tag tagen tage woche wochen seconde secondes heure heures jour jours"
    " semaine semaines segundo segundos minuto minutos hora horas día días dia dias semana semanas secondo"
    " secondi minuti ora ore giorno giorni settimana settimane seconden minuut uur dag dagen weken sekund"
    " sekunder minut minuter timme timmar dagar minutter time timer dager dage minuuttia tuntia päivää minutę"
    " minuty godzinę godziny godzin dni minutu minut hodinu hodiny hodin минуту минуты минут час часа часов"
    " день дня дней годину години годин хвилин dakika saat gün perc óra minute ore zile menit jam hari phút giờ"
    " 分 時 时 秒 분 시간 دقيقة دقائق ساعة ساعات".split()
)
MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun"
    " jul aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember okt dez janvier février"
    " mars avril juin juillet août septembre octobre novembre décembre janv févr juil déc enero febrero marzo"
    " abril mayo junio julio agosto septiembre octubre noviembre diciembre ene abr ago dic janeiro fevereiro"
    " março maio junho julho setembro outubro novembro dezembro gennaio febbraio aprile maggio giugno luglio"
    " settembre ottobre novembre dicembre januari februari maart mei augustus stycznia lutego marca kwietnia"
    " maja czerwca lipca sierpnia września października listopada grudnia января февраля марта апреля мая июня"
    " июля августа сентября октября ноября декабря ocak şubat mart nisan mayıs haziran temmuz ağustos eylül"
    " ekim kasım aralık 年 月 日 년 월 일".split()
)
_BESIDE_CLOCKS = frozenset(
    "last latest on at the of a an and to in by for est edt cst cdt mst mdt pst pdt gmt utc bst cet cest ist"
    " jst aest am pm noon midnight today yesterday just now one monday tuesday wednesday thursday friday"
    " saturday sunday mon tue wed thu fri sat sun zuletzt am um uhr heute gestern montag dienstag mittwoch"
    " donnerstag freitag samstag sonntag y à a jour le la les dernière hier aujourd hui lundi mardi mercredi"
    " jeudi vendredi samedi dimanche de el las última actualización hoy ayer lunes martes miércoles jueves"
    " viernes sábado domingo em às atualização hoje ontem ultimo aggiornamento alle oggi ieri di laatst op om"
    " vandaag gisteren senast för kl klo klokken ostatnia dzisiaj wczoraj o godz yang cập nhật lần cuối آخر في"
    " 시".split()
)
CLOCK_WORDS = CLOCK | PUBLISHED | BEFORE | UNITS | MONTHS | _BESIDE_CLOCKS
MOMENTS = frozenset(("now", "just", "a", "an", "one", "today", "yesterday"))  # stand for a number
# A counter is one of these with numbers and small words: "12 comments", "3 min read".
COUNTER = frozenset(
    "comment comments reply replies view views share shares like likes reaction reactions tweet tweets"
    " retweets read reads reading kommentar kommentare kommentarer aufrufe lesezeit lesedauer commentaire"
    " commentaires partages vues lecture comentario comentarios compartidos vistas lectura comentário"
    " comentários compartilhamentos visualizações leitura commento commenti condivisioni visualizzazioni"
    " lettura reactie reacties weergaven leestijd läsning lesetid læsetid komentarz komentarze komentarzy"
    " wyświetleń czytania komentář komentáře komentářů комментарий комментария комментариев просмотров"
    " просмотра просмотры чтения yorum okunma görüntülenme kommenttia hozzászólás comentarii コメント 閲覧 评论"
    " 条评论 阅读 次阅读 浏览 評論 留言 閱讀 댓글 조회 조회수 تعليق تعليقات مشاهدة مشاهدات قراءة".split()
)
COUNTER_WORDS = (
    COUNTER
    | UNITS
    | frozenset(
        "k m tsd mio mil mln tys тыс and und et y e ca about less than time temps durée de tiempo tempo di czas min"
        " facebook twitter x whatsapp linkedin reddit pinterest telegram email mail print".split()
    )
)

# Labels of other stories: alone above a list of them, or before the title of one.
_LABELS = """
read more, read next, read also, read on, read related, also read, click here to read more, see also, also see,
related, related stories, related story, related articles, related article, related news, related posts,
related post, related links, related content, related topics, related coverage, related reading, more on this,
more on this story, more on this topic, more stories, more news, more from, more like this, more about this,
more top stories, most read, most popular, most viewed, most shared, also popular, recommended,
recommended for you, recommended stories, trending, trending now, top stories, latest news, latest stories,
latest headlines, you may also like, you might also like, don't miss, what to read next, lesen sie auch,
lesen sie mehr, lies auch, mehr zum thema, mehr dazu, weitere artikel, weitere themen, weitere nachrichten,
weitere meldungen, auch interessant, das könnte sie auch interessieren, ähnliche artikel, ähnliche beiträge,
meistgelesen, à lire, à lire aussi, à lire également, lire aussi, lire également, voir aussi, sur le même sujet,
les plus lus, articles similaires, article lié, articles liés, lea también, lee también, ver también,
véase también, te puede interesar, más noticias, más información, noticias relacionadas, leia também, leia mais,
veja também, saiba mais, notícias relacionadas, mais lidas, leggi anche, articoli correlati,
potrebbe interessarti, lees ook, lees meer, meer over dit onderwerp, meest gelezen, läs också, läs mer, läs även,
les også, les mer, læs også, læs mere, lue myös, lue lisää, czytaj też, czytaj także, czytaj więcej,
czytaj również, zobacz też, zobacz także, zobacz również, čtěte také, přečtěte si, читайте также, читайте ещё,
читайте еще, по теме, читайте також, ilgili haberler, ayrıca okuyun, olvassa el, citește și, citiți și,
baca juga, xem thêm, 関連記事, あわせて読みたい, 相关新闻, 相关阅读, 相关报道, 相關新聞, 相關閱讀, 延伸閱讀,
관련기사, 관련 기사, اقرأ أيضا, اقرأ أيضاً, مواضيع ذات صلة, بیشتر بخوانید, קראו גם
"""
# By their first two letters, the longest first.
RELATED: dict[str, tuple[str, ...]] = {}
for _label in sorted((" ".join(one.split()) for one in _LABELS.split(",")), key=len, reverse=True):
    RELATED[_label[:2]] = (*RELATED.get(_label[:2], ()), _label)
# What publishing systems write under the text of a feed, with the title of the story in it.
APPEARED_FIRST = (
    "appeared first on", "first appeared on", "est apparu en premier sur", "erschien zuerst auf", "erschien zuerst bei",
    "se publicó primero en", "è stato pubblicato su", "proviene da", "apareceu primeiro em", "verscheen eerst op",
    "dök först upp på", "pojawił się poraz pierwszy", "pojawił się pierwszy",
)  # fmt: skip
BEFORE_TITLE = (
    "the post ", "the article ", "l'article ", "der beitrag ", "la entrada ", "l'articolo ", "o post ", "het bericht ",
    "inlägget ", "wpis ", "artykuł ",
)  # fmt: skip
