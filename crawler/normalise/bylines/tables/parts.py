"""Data: titles, degrees, particles, joining words and labels of bylines, in folded case.

A line begins with its language where the words are valid in that language only, with `*` where in all.
"""

# ruff: noqa: E501  (one language or family of words a line)

from __future__ import annotations

# Before a name, removed. Points are ignored in comparison.
TITLES = """
dr, prof, professor, mr, mrs, ms, mx, sir, rev, reverend, hon, sen, rep, gov, capt, lt, col, gen, maj, sgt, adm, amb
dr med, dr phil, dr iur, dr rer nat, drmed, prof dr, dipl-ing, dipl ing, ing, mag, herr, frau, rechtsanwalt, rechtsanwältin, freiherr, freifrau, gräfin, dipl-päd, dr h c, mme, mlle, madame, monsieur, maître, sra, srta, lic, ing agr, dra, profa, exmo, exma
dott, dott ssa, dottssa, dottoressa, dottor, avv, sig, sig ra, prof ssa, drs, ir, mr drs, mgr, bc, mudr, judr, phdr, rndr, paeddr, thdr, doc, ks, dr hab, prof dr hab, inż, mgr inż, lek, ifj, özv, doç, yrd doç, av, op dr
uzm dr, prof dr med, univ-prof, dkfm, д-р, проф, академик, доц, доктор, професор, профессор, к т н, д-р мед, δρ, κ, καθ, shri, smt, kumari, pandit, adv, श्री, श्रीमती, डॉ, डा, प्रो, पं, अधिवक्ता, ড, ডা, অধ্যাপক, মো, ดร, นาย, นาง, นางสาว, น ส, ผศ, รศ, ศ, ผศ ดร, รศ ดร
د, أ د, أ, م, الدكتور, دكتور, الدكتورة, دكتورة, د م, الشيخ, السيد, السيدة, أستاذ, الأستاذ, مهندس, المهندس, اللواء, العميد, المستشار, دکتر, مهندس, آقای, خانم, حجت‌الاسلام, استاد, ڈاکٹر, مولانا, پروفیسر, جناب, محترمہ, מר, גב', ד"ר, ד״ר, פרופ', פרופ׳, פרופסור, עו"ד, עו״ד, הרב, דוקטור
ông, bà, ts, pgs ts, gs ts, ths, luật sư, tiến sĩ, kompol, akbp, hj, dato', datuk, tan sri, tun, puan, ustaz, ustad, ust, engr, atty, fr, hon'ble
""".strip()

# After a name, removed. Points are ignored in comparison.
DEGREES = """
md, phd, ms, rdn, rd, ld, ldn, rn, bsn, msn, mph, mba, jd, esq, cpa, do, dds, dvm, dmd, ma, ba, bsc, msc, mfa, llb, llm, psyd, edd, dnp, np, pa-c, fnp, fnp-c, facs, facp, faap, facog, cfa, cfp, csc, drsc, cbe, obe, mbe, mp, mep, qc, kc, sj, op, ofm
lcsw, lpc, lmft, cscs, cpt, cde, cdces, cissn, ifbb, dpt, pt, ot, aud, od, pharmd, rph, mphil, dphil, frcp, frs, fba, mla, mlc, mna, mpp, bs, ab, edm, med, ea, chfc, cssd, rdms, ccc-slp, fache, fafp, facc, pmp, phr, bcba, ibclc, rdh, ncc, abpp, mha, mhs, ccrn
msw, mpa, usn, usaf, usmc, ret, retd, ll m, ll b, ll d, mag, bsc hons, mbbs, mrcp, ms rd, cns, facsm, p h d, m d, m s, m a, b a, ph d, csc, mgr, bc, ing, dis, drh c, dr h c, phd, kbe, ced, cea, mag a, ed d, esq., n d, nd, lac, dc, d c, dpm, do, j d, rd cdn, cdn, cls, mnr, st, sh, mh, se, skom, msi, spd, mpd, m si, m pd, m kom, s h, s e, s pd, s kom, s sos, s ip, m m
""".strip()

SUFFIXES = "jr, sr, ii, iii, iv, 2nd, 3rd, junior, hijo, filho, neto, júnior, snr, jnr, fils, père"

# Particles inside a name. Names in capitals get them in lower case.
PARTICLES = """
de, del, della, dello, delle, dei, degli, di, da, dos, das, do, du, des, d', d’, van, von, vom, zu, zur, zum, der, den, ter, ten, te, op, 't, ’t, het, in 't, aan, la, le, las, los, lo, el, al, ash, as, ad, ibn, bin, binti, bint, ben, bat, abu, abd, ap, af, av, y, e, i, und, pour, st, san, santa, ould, mac, ní, ó, ua, tot, thoe, a/l, a/p, s/o, d/o, @, mac, mhic, nic, an, ur, ul, ud, ed-din, ould, wa, ng, dela, delos, sri, de'
""".strip()

# Join two names. Those of `*` join in every language, because they are no names.
CONJUNCTIONS = """
*: &, and, und, et, och, og, oraz, és, și, şi, ve, или, та, і, и, й, ու, და, και, & amp;, und/oder, and/or, dhe, eta, agus, dan, và, और, एवं, तथा, এবং, ও, மற்றும், మరియు, ಮತ್ತು, ഒപ്പം, અને, ਅਤੇ, और, และ, และ, 與, 与, 和, 及, 暨, と, 및, 와, 과, و, اور, ja, + , plus, և, եւ, sowie, ainsi que, así como, bem como, і, ba
es: y, e, u
ca: i, y
gl: e, y
pt: e
it: e, ed
pl: i
cs: a
sk: a
sl: in
hr: i
bs: i
sr: i
nl: en
af: en
et: ja
fi: ja, sekä
lv: un
lt: ir
ro: si
tr: ile
sw: na
fil: at
is: og
cy: a, ac
hu: meg
ku: û
mt: u
eo: kaj
ha: da
az: və
kk: және, мен
uz: va
mr: आणि, व
hi: व
ne: र
ur: و
he: ו
th: กับ
vi: cùng
jv: lan
mk: и
ga: is
""".strip()

# Followed by a co-author or source, nearly always a news agency.
WITH_WORDS = """
with, mit, avec, con, com, med, met, with agencies, amb, z, s, se, so, c, со, с, з, із, μαζί με, με, dengan, cùng với, cu, ile birlikte, via, per, da, fonte, fuente, source, quelle, källa, kilde, bron, zdroj, źródło, forrás, sursa, kaynak, sumber, nguồn, источник, джерело, извор, πηγή, مصدر, المصدر, منبع, מקור, स्रोत, সূত্র, ที่มา
con información de, con informaciones de, com informações da, com informações do, com agência, mit material von, mit informationen von, avec informations de, cu informații de la, nach, nach angaben von, z wykorzystaniem
""".strip()

# End a name: a place, a newspaper, or a sentence about the person follows.
STOP_WORDS = """
*: 외, in, from, at, on, for, of, to, about, is, was, has, are, were, who, as, near, special, via, aboard, contributed, covers, writes, reports, joined, began, works, worked, lives, served, started, 's, ’s, here, that, which, while, because, since, when, after, before, there, this, can, will, also, currently, spent, holds, studied, graduated, received, grew, left, and/or, off, how
de: aus, für, ist, war, hat, schreibt, arbeitet, leitet, berichtet, bei, über, beim, im, am, vom, sowie, wurde, lebt, studierte, geboren, kam, unter, nach, an, auf, als, gehört
fr: à, en, au, aux, est, pour, dans, depuis, a, était, sur, qui, chez, avec, couvre, travaille, écrit, collabore, né, née, après, travaillé
es: en, desde, es, para, ha, fue, escribe, trabaja, sobre, cubre, nació, con, estudió, licenciado, licenciada, periodista, al
pt: em, no, na, nos, nas, é, para, foi, escreve, sobre, tem, desde, trabalha, nasceu, formado, formada, cobre, ao
it: in, è, dal, ha, scrive, per, nato, nata, si, da, nel, lavora, collabora, dalla, su, a
nl: is, in, uit, voor, schrijft, bij, over, werkt, was, heeft, vanuit, werd, volgt
sv: i, är, på, från, för, skriver, har, arbetar, bevakar, om, till, var
da: i, er, på, fra, for, skriver, har, arbejder, om, var, dækker
nb: i, er, på, fra, for, skriver, har, jobber, om, var, dekker
fi: on, oli, kirjoittaa, työskentelee
pl: w, z, dla, jest, na, o, pisze, od, była, był, absolwent, absolwentka, ze, do
cs: v, ve, z, ze, pro, je, na, o, píše, byl, byla, od
sk: v, z, pre, je, na, o, píše, bol, bola, zo
hu: a, az, egy
ro: din, la, este, pentru, a, în, scrie, despre, s-a
tr: bir, için, olarak, hakkında
ru: в, из, для, на, о, об, является, пишет, родился, родилась, специально, работает, был, была, специализируется, окончил, окончила, —
uk: в, у, з, із, для, на, про, є, пише, народився, народилася, спеціально, працює, був, була
bg: в, във, от, за, на, е, пише
el: στο, στη, στην, στον, από, για, είναι, στις, στους
id: di, dari, untuk, adalah, merupakan
ms: di, dari, untuk, adalah, ialah
vi: là, từ, tại, ở
cy: o, yn
ca: a, des, és, per
hr: u, iz, za, je, na, o, piše
sr: u, iz, za, je, na, o, у, из, за, је
sl: v, iz, za, je, na
he: מ, ב
ar: في, من, هو, هي, هو كاتب, مراسل
fa: در, از, است
hi: में, से, है, हैं, के, का, की
""".strip()

# Buttons and labels: they end a phrase and are never part of a name.
LABELS = """
bio and archives, more about, subscriber only, subscribers only, subscriber exclusive, for subscribers, members only, premium content, view all, view all posts, view all articles, view all articles by this author, view all stories, view more, see all, see all by, see more, read more, read more articles, more articles, more stories, more posts, all articles, all posts, follow, follow us, follow me, follow on
following, unfollow, subscribe, subscribed, share, share this, shares, copied, copy link, link copied, save, saved, bookmark, bookmarksave, print, email, e-mail, comments, comment, listen, close, on twitter, on x, on instagram, on facebook, on linkedin, twitter
facebook, linkedin, instagram, whatsapp, bluesky, threads, pinterest, reddit, x.com, contact, contact the author, contact author, email the author, see full bio, full bio, read full bio, bio, biography, about, profile, view profile, see profile, author profile, website, contributor profile
date published, categories, category, tags, topics, topic, published, posted, updated, last updated, last modified, modified, corrected, first published, originally published, publish date, published on, posted on, updated on, posted in, filed under, filed, editorial guidelines, editorial standards, opinions expressed
our editorial process, learn more, why trust us, expand, click here, sign up, get alerts, add to, min read, minute read, minutes read, mins read, min. read, reading time, read time, estimated reading time, time to read, hours ago, days ago, ago, just now, yesterday, today at, advertisement, premium, exclusive, video, watch, gallery, live, breaking, opinion piece, save story, save article
add us on google, preferred source, our journalists, credentials, expertise, show more, show less, load more, toggle, menu, search, home, image source, getty images, image caption, shutterstock, istock, alamy, unsplash, archive page, all rights reserved, leave a comment, no comments, add comment, 0 comments, reply, permalink, edit, views, likes, words count, summary, photo gallery, meet our, rss, rss feed, author page, author archive, this author, picture of, photo of, profile picture of, profile picture, link to author page, link to, opens in new window, opens in a new tab, loading, loading..., image of, avatar, headshot of, headshot, editor's note, see profile of, learn about, author image, photograph of, portrait of, verified, read bio, view bio, email this author, editorial team
folgen, teilen, drucken, kommentare, kommentar, merken, zum profil, alle artikel, alle beiträge, mehr artikel, mehr von, mehr zum autor, zur person, veröffentlicht, aktualisiert, stand, erschienen, lesezeit, lesedauer, uhr, artikel anhören, vorlesen, abonnieren, mehr lesen, zuletzt aktualisiert, artikel teilen, veröffentlicht am, min. lesezeit, minuten lesezeit
suivre, partager, s'abonner, imprimer, commentaires, publié, publié le, publié à, mis à jour, mis à jour le, lire plus, lire aussi, voir tous, voir tous les articles, tous ses articles, temps de lecture, min de lecture, modifié, modifié le, posté le, réagir, enregistrer, écouter, voir son profil, ses articles, voir plus, lecture, article réservé
seguir, compartir, comentarios, publicado, publicado el, actualizado, actualizado el, leer más, ver más, ver todos, ver perfil, tiempo de lectura, min de lectura, guardar, imprimir, más artículos, más noticias, escuchar, suscríbete, última actualización, ver todos los artículos, ver biografía, hace
compartilhar, partilhar, comentários, publicado em, atualizado, atualizado em, leia mais, ver tudo, tempo de leitura, salvar, seguir, ouvir, última atualização, ver mais, postado em, há, compartilhe, atualizada
segui, condividi, commenti, pubblicato, pubblicato il, aggiornato, aggiornato il, leggi, leggi tutto, leggi anche, tempo di lettura, ascolta, altri articoli, tutti gli articoli, vedi tutti, ultimo aggiornamento, iscriviti, minuti di lettura
volgen, volg, delen, reacties, gepubliceerd, gepubliceerd op, bijgewerkt, laatst bijgewerkt, lees meer, leestijd, bewaar, bewaren, luister, meer van, meer artikelen, alle artikelen
följ, kommentarer, publicerad, publicerat, uppdaterad, uppdaterat, läs mer, lästid, spara, lyssna, visa alla, fler artiklar, skriv ut
følg, kommentarer, publiceret, opdateret, læs mere, udgivet, lyt, flere artikler, se alle, læsetid, publisert, oppdatert, les mer, sist oppdatert, del artikkel, lagre, lesetid, lytt, vis alle
seuraa, jaa, kommentit, julkaistu, päivitetty, lue lisää, tallenna, kuuntele, jaga, avaldatud, uuendatud, kommentaarid, loe edasi, publicēts, atjaunots, dalīties, publikuota, paskelbta, atnaujinta, dalintis, komentarai
udostępnij, komentarze, opublikowano, opublikowany, aktualizacja, zaktualizowano, czytaj więcej, czytaj też, obserwuj, data publikacji, publikacja, czas czytania, wszystkie artykuły, zobacz więcej, zapisz, dzisiaj, wczoraj, posłuchaj, więcej
sdílet, komentáře, publikováno, aktualizováno, přečtěte si, poslechnout, chcete-li, přihlaste se, uložit, vydáno, zveřejněno, dnes, včera, diskuse, sledovat, zdieľať, publikované, aktualizované, zverejnené, uložiť, čítať viac, objavljeno, ažurirano, podijeli, komentari, zadnja izmjena, подели, коментара, објављено
megosztás, megosztom, hozzászólások, megjelent, frissítve, frissült, követem, elolvasom, distribuie, comentarii, publicat, publicat pe, publicat la, actualizat, citește mai mult, salvează, ultima actualizare, shpërndaj, publikuar, përditësuar
поделиться, подписаться, комментарии, комментировать, опубликовано, обновлено, читать далее, все материалы, все статьи, все публикации, сохранить, слушать, время чтения, мин. чтения, мин на чтение, поширити, підписатися, коментарі, опубліковано, оновлено, читати далі, всі матеріали, всі статті, усі статті, час читання, сподели, публикувано, обновена, обновено, прочети, коментари, още
μοιράσου, κοινοποίηση, δημοσιεύθηκε, δημοσιεύτηκε, ενημερώθηκε, σχόλια, ακολουθήστε, τελευταία ενημέρωση, διαβάστε, διαβάστε περισσότερα, ώρα
paylaş, takip et, yorumlar, yorum, yayınlanma, yayınlandı, güncelleme, güncellendi, son güncelleme, giriş, kaydet, dinle, abone ol, tüm yazıları, okuma süresi, dk okuma, giriş tarihi, güncelleme tarihi, yayın tarihi
שתף, שיתוף, תגובות, פורסם, עודכן, עקבו, מעקב, שמירה, הדפסה, לכל הכתבות, زمان مطالعه, شارك, مشاركة, تابع, تابعوا, تعليقات, نشر في, نُشر, آخر تحديث, تحديث, تاريخ النشر, اقرأ المزيد, طباعة, حفظ, استمع, اشترك, انتشار, به اشتراک گذاری, تاریخ انتشار, کد خبر, شناسه خبر, نظرات, شائع, شیئر کریں, اپڈیٹ
शेयर करें, साझा करें, प्रकाशित, अपडेटेड, अपडेट, फॉलो, फॉलो करें, पब्लिश्ड, अंतिम अपडेट, शेयर, প্রকাশ, প্রকাশিত, আপডেট, শেয়ার, অনুসরণ, பகிர், வெளியிடப்பட்டது, แชร์, เผยแพร่, อัปเดต, ติดตาม, อ่านต่อ, chia sẻ, bình luận, theo dõi, cập nhật, xuất bản, đăng, lưu, bagikan, komentar, ikuti, diperbarui, diterbitkan, dipublikasikan, baca juga, simpan, selengkapnya, wib, kongsi, ulasan, dikemas kini, kemas kini
分享, 收藏, 评论, 留言, 发布时间, 发布于, 发表于, 更新时间, 更新, 发布, 關注, 关注, 訂閱, 订阅, 點我, 打印, 字号, 阅读, 瀏覽, 浏览, 點閱, 發布, 發佈, 最後更新, 加入書籤, 点赞, 我要评论, 追蹤, 更多文章, 查看更多, 閱讀更多, 来自, 已订阅
フォロー, フォローする, すべて見る, シェア, シェアする, 保存, コメント, 公開, 更新日, 公開日, 投稿日, 最終更新, もっと見る, 記事一覧, 続きを読む, 一覧, プロフィール, 著者ページ, この著者の記事, この著者の記事一覧, 会員限定, 有料記事, 無料, 配信, 更新, 印刷, 掲載
구독, 공유, 댓글, 입력, 수정, 등록, 승인, 업데이트, 다른기사 보기, 기사 더보기, 더보기, 기사보기, 구독하기, 프린트, 저장, 다른 기사 보기, 다른기사, 기자의 다른기사 보기, 스크랩, 팔로우, 최종수정, 기사입력, 기자 구독, 기자페이지, 응원, 페이스북, 송고시간, 보도, 기사
""".strip()

# Beside a number these are part of a date or duration.
DATE_WORDS = """
am, pm, a.m., p.m., a.m, p.m, est, edt, et, pst, pdt, pt, cst, cdt, ct, mst, mdt, gmt, utc, bst, ist, cet, cest, eet, msk, jst, aest, aedt, wib, wat, eat, pkt, uhr, h, hrs, hr, hours, hour, min, mins, minutes, minute, sec, seconds, day, days, week, weeks, month, months, year, years, ago, read, at, on, o'clock
mon, tue, tues, wed, thu, thur, thurs, fri, sat, sun, monday, tuesday, wednesday, thursday, friday, saturday, sunday, montag, dienstag, mittwoch, donnerstag, freitag, samstag, sonntag, lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche
lunes, martes, miércoles, jueves, viernes, sábado, domingo, segunda-feira, terça-feira, quarta-feira, quinta-feira, sexta-feira, lunedì, martedì, mercoledì, giovedì, venerdì, sabato, domenica, maandag, dinsdag, woensdag, donderdag, vrijdag, zaterdag, zondag
jan, feb, mar, apr, may, jun, jul, aug, sep, sept, oct, nov, dec, january, february, march, april, june, july, august, september, october, november, december, januar, februar, märz, mai, juni, juli, oktober, dezember, janv, févr, avr, juil, août, déc, janvier, février, mars, avril, juin, juillet, septembre, octobre, novembre, décembre
ene, abr, ago, dic, enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, setiembre, octubre, noviembre, diciembre, fev, set, out, dez, janeiro, fevereiro, março, maio, junho, julho, setembro, outubro, novembro, dezembro, gen, mag, giu, lug, ott, gennaio, febbraio, aprile, maggio, giugno, luglio, settembre, ottobre, dicembre
januari, februari, maart, mei, augustus, maj, augusti, agustus, januari, desember, kesäkuuta, stycznia, lutego, marca, kwietnia, maja, czerwca, lipca, sierpnia, września, października, listopada, grudnia, ledna, února, března, dubna, května, června, července, srpna, září, října, listopadu, prosince
января, февраля, марта, апреля, мая, июня, июля, августа, сентября, октября, ноября, декабря, січня, лютого, березня, квітня, травня, червня, липня, серпня, вересня, жовтня, листопада, грудня, ocak, şubat, nisan, mayıs, haziran, temmuz, ağustos, eylül, ekim, kasım, aralık
um, am, kl, klo, alle, às, à, a las, ore, om, godz, v, в, о, år, de, del, le, il, el, den, of, 'de, st, nd, rd, th, '23, '24, '25, published, updated, posted, pukul, giờ, lúc, ngày, tháng, năm, น, เวลา, घंटे, मिनट, पहले, बजे, মিনিট, ঘণ্টা, আগে, 小時前, 小时前, 分鐘前, 分钟前, 時間前, 分前, 日前, 전, 시간, 분, ساعة, دقيقة, يوم, منذ, قبل, ساعت, دقیقه, روز, پیش, דקות, שעות, לפני, heure, heures, minutes, jours, horas, minutos, días, dias, ore, minuti, giorni, uur, minuten, stunden, tagen, dagen, timer, minutter, dager, timmar, minuter, dagar, часов, часа, минут, дней, назад, тому, ώρες, πριν, λεπτά, saat, dakika, gün, önce, jam, menit, hari, lalu, yang
""".strip()

# Places of two words, which look like people after a comma.
PLACES = """
new york, new york city, los angeles, san francisco, san diego, san antonio, las vegas, washington dc, washington d c, new delhi, hong kong, tel aviv, são paulo, sao paulo, नई दिल्ली, नयी दिल्ली, نئی دہلی, اسلام آباد, নয়া দিল্লি, নতুন দিল্লি, புது டெல்லி, ਨਵੀਂ ਦਿੱਲੀ, નવી દિલ્હી, rio de janeiro, buenos aires, mexico city, ciudad de méxico, cape town, kuala lumpur, ho chi minh city, abu dhabi, tel-aviv, den haag, the hague, la paz, san juan, santo domingo, el cairo
la habana, saudi arabia, south africa, south korea, north korea, new zealand, united kingdom, united states, great britain, sri lanka, costa rica, puerto rico, el salvador, new orleans, new jersey, north carolina, south carolina, santa fe, salt lake city, kansas city, st louis, st petersburg, saint petersburg, novi sad, novo mesto, banja luka, hà nội, hồ chí minh, tp hcm, addis ababa, dar es salaam, port of spain, frankfurt am main, belo horizonte, porto alegre, san josé, san salvador
""".strip()

# Words of buttons, menus and headings. A phrase of only these has no name, and none is part of a full name.
INTERFACE_WORDS = """
menu, navigation, navbar, link, links, skip, content, contents, search, login, logout, signin, signup, register, subscribe, unsubscribe, newsletter, newsletters, cookie, cookies, privacy, policy, terms, conditions, imprint, sitemap, settings, preferences, account, profile, profiles, cart, checkout
share, shares, sharing, follow, followers, following, like, likes, comments, reply, replies, print, download, downloads, upload, email, e-mail, feedback, contact, contacts, bookmark, permalink, copy, read, reading, view, views, show, hide, toggle, expand, collapse, open, click, tap, scroll, zoom, previous, prev, next, top, bottom, more, less, all
latest, popular, trending, related, recommended, recommendation, recommendations, featured, highlights, headlines, overview, summary, introduction, conclusion, abstract, references, appendix, faq, faqs, tips, tricks, hints, help, support, how, why, what, when, where, who, which, gallery, galleries, slideshow, photos, images, pictures, videos, podcast, podcasts, playlist, listen, episode, episodes, chapter, page, pages
categories, category, tags, tag, topics, topic, archives, section, sections, series, issue, issues, events, event, calendar, jobs, careers, shop, store, buy, order, price, prices, deals, offer, offers, review, reviews, rating, ratings, guide, guides, quiz, survey, poll, results, statistics, facts, background, disclaimer, disclosure, advertisement, advertising, sponsored, premium, breaking, exclusive, updated, published, posted, edited, submitted, written
zeige, zeigen, anzeigen, teile, teilen, drucken, folgen, suche, suchen, anmelden, abmelden, registrieren, einloggen, impressum, datenschutz, kontakt, startseite, inhalt, inhaltsverzeichnis, übersicht, überblick, menü, weiterlesen, mehr, weniger, alle, weitere, weiteres, weiter, zurück, nächste, vorherige, merken, kommentar, kommentare, kommentieren, antworten, schlagwörter, schlagworte, stichworte, kategorie, kategorien, thema, themen, tipp, tipps, hinweis, hinweise, ratgeber, termine, veranstaltungen, veranstaltung, aktuell, aktuelle, aktuelles, meldung, meldungen, nachricht, beitrag, beiträge, artikel, bericht, berichte, ausgabe, archiv, downloads, bilder, bildergalerie, fotostrecke, quelle, quellen, fazit, einleitung, zusammenfassung, hintergrund, inhalte, leistungen, angebot, angebote, karriere, stellenangebote, warenkorb, konto, profil, spenden, mitmachen, newsticker, liveticker, lesezeit, veröffentlicht, aktualisiert
partager, imprimer, suivre, rechercher, recherche, connexion, inscription, abonnement, abonnez-vous, accueil, sommaire, contenu, mentions, légales, confidentialité, commentaire, commentaires, commenter, répondre, lire, voir, afficher, masquer, suivant, précédent, plus, moins, tous, toutes, catégorie, catégories, étiquettes, thème, thèmes, conseils, astuces, actualité, actualités, dossier, dossiers, agenda, événements, à-propos, galerie, diaporama, vidéo, vidéos, publié, publiée, mis, modifié, boutique, panier, résumé, conclusion
compartir, imprimir, seguir, buscar, búsqueda, iniciar, sesión, registrarse, suscribirse, suscríbete, suscripción, inicio, contenido, privacidad, comentario, comentarios, comentar, responder, leer, ver, mostrar, ocultar, siguiente, anterior, más, menos, todos, todas, categoría, categorías, etiquetas, tema, temas, consejos, trucos, actualidad, noticias, galería, vídeo, publicado, publicada, actualizado, tienda, resumen, conclusión, contacto, aviso
compartilhar, partilhar, pesquisar, pesquisa, entrar, cadastre-se, assine, assinar, início, conteúdo, privacidade, comentário, comentários, ler, leia, exibir, próximo, mais, todas, categoria, assuntos, dicas, notícias, galeria, atualizado, loja, resumo, conclusão, contato, contacto
condividi, stampa, segui, cerca, ricerca, accedi, registrati, iscriviti, abbonati, contenuto, contenuti, commento, commenti, commenta, rispondi, leggi, vedi, mostra, nascondi, successivo, precedente, più, meno, tutti, tutte, categorie, argomenti, consigli, suggerimenti, notizie, galleria, pubblicato, aggiornato, negozio, riassunto, conclusioni, contatti
delen, afdrukken, volgen, zoeken, inloggen, aanmelden, registreren, abonneren, inhoud, reacties, reactie, reageren, lees, bekijk, toon, verberg, volgende, vorige, meer, minder, categorieën, onderwerpen, gepubliceerd, bijgewerkt, winkel, samenvatting, conclusie, contact
dela, dele, del, skriv, följ, følg, sök, søg, søk, logga, logg, prenumerera, abonner, innehåll, innhold, indhold, kommentar, kommentarer, läs, les, læs, visa, vis, nästa, næste, neste, föregående, forrige, alla, kategorier, ämnen, emner, tips, publicerad, publiceret, publisert, uppdaterad, opdateret, oppdatert, sammanfattning
udostępnij, drukuj, obserwuj, szukaj, wyszukaj, zaloguj, zarejestruj, subskrybuj, treść, komentarze, komentarz, skomentuj, odpowiedz, czytaj, zobacz, pokaż, ukryj, następny, poprzedni, więcej, mniej, wszystkie, kategorie, kategoria, tematy, tagi, porady, aktualności, galeria, opublikowano, zaktualizowano, sklep, podsumowanie, kontakt, sdílet, tisk, sledovat, hledat, přihlásit, obsah, komentáře, odpovědět, číst, zobrazit, další, předchozí, více, všechny, témata, štítky, aktuality, galerie, obchod, shrnutí
megosztás, nyomtatás, követés, keresés, bejelentkezés, regisztráció, feliratkozás, tartalom, hozzászólás, hozzászólások, olvass, tovább, következő, előző, több, összes, kategóriák, címkék, galéria, distribuie, caută, abonează-te, conținut, citește, vezi, următor, categorii, etichete
paylaş, yazdır, takip, ara, giriş, üye, abone, içerik, yorum, yorumlar, yanıtla, oku, göster, gizle, sonraki, önceki, daha, tümü, kategoriler, etiketler, galeri, yayınlandı, güncellendi, bagikan, cetak, ikuti, cari, masuk, daftar, langganan, konten, komentar, balas, baca, lihat, tampilkan, berikutnya, sebelumnya, selengkapnya, semua, kategori, topik, galeri
поделиться, печать, подписаться, поиск, войти, вход, регистрация, подписка, содержание, комментарий, комментарии, комментировать, ответить, читать, смотреть, показать, скрыть, следующая, предыдущая, ещё, еще, больше, все, категории, категория, темы, теги, метки, советы, новость, галерея, опубликовано, обновлено, магазин, контакты, главная, источник, поділитися, друк, пошук, увійти, реєстрація, підписатися, зміст, коментар, коментарі, читати, дивитися, показати, більше, всі, категорії, теми, теги, опубліковано, головна, сподели, търсене, вход, коментари, прочети, виж, още, всички, категории
κοινοποίηση, εκτύπωση, αναζήτηση, σύνδεση, εγγραφή, περιεχόμενο, σχόλια, σχόλιο, διαβάστε, δείτε, περισσότερα, όλα, κατηγορίες, ετικέτες, شارك, مشاركة, طباعة, متابعة, بحث, تسجيل, دخول, اشتراك, محتوى, تعليق, تعليقات, اقرأ, المزيد, الكل, أقسام, وسوم, שתף, שיתוף, הדפסה, חיפוש, כניסה, הרשמה, תוכן, תגובה, תגובות, קרא, עוד, הכל, קטגוריות, תגיות
""".strip()

# Words with which names of places begin: San Francisco, Bad Homburg.
PLACE_STARTS = """
the, le, la, les, el, los, las, il, lo, der, die, das, new, north, south, east, west, san, santa, são, fort, saint, sankt, sint, st, lake, royal, daily, radio, great, grand, salt, upper, lower, central, mid, port, mount, palm, long, bay, bad, neu, alt, nova, novo, nowa, nowy, nueva, nuevo, villa, porto, puerto, monte, rio, isla
""".strip()

# Places of one word that are printed after a full name without a comma, and are seldom family names. Not in
# languages where people have two family names, of which the second may be a place.
CITIES = """
seattle, chicago, atlanta, boston, philadelphia, pittsburgh, detroit, minneapolis, milwaukee, cincinnati, sacramento, honolulu, albuquerque, tucson, phoenix, memphis, nashville, louisville, baltimore, tallahassee, miami, orlando, omaha, tulsa, spokane, anchorage, brooklyn, manhattan, hollywood, california, texas, florida, michigan, ohio, illinois, pennsylvania, massachusetts, connecticut, minnesota, wisconsin, colorado, oregon, arizona, nevada, utah, idaho, montana, nebraska, kansas, oklahoma, arkansas, louisiana, mississippi, alabama, tennessee, kentucky, indiana, iowa, missouri, maryland, delaware, vermont, maine
toronto, montreal, montréal, vancouver, ottawa, calgary, edmonton, winnipeg, halifax, quebec, québec, ontario, alberta, sydney, melbourne, brisbane, canberra, adelaide, auckland, wellington, christchurch, liverpool, manchester, birmingham, leeds, sheffield, glasgow, edinburgh, aberdeen, cardiff, belfast, dublin, johannesburg, pretoria, durban, nairobi, mombasa, kampala, lagos, abuja, accra, kinshasa, harare, lusaka, dakar, addis, cairo, kairo, casablanca, tunis, algiers, tripoli
berlin, hamburg, münchen, munich, köln, cologne, frankfurt, stuttgart, düsseldorf, dortmund, essen, leipzig, dresden, hannover, nürnberg, bremen, bonn, kiel, mainz, potsdam, erfurt, karlsruhe, mannheim, freiburg, augsburg, wien, vienna, graz, linz, salzburg, innsbruck, zürich, zurich, genf, geneva, genève, basel, bern, lausanne, luzern, brüssel, brussels, bruxelles, brussel, antwerpen, gent, amsterdam, rotterdam, utrecht, eindhoven, groningen, paris, marseille, toulouse, bordeaux, strasbourg, nantes, rennes, grenoble, montpellier, lille
london, rom, rome, mailand, milan, venedig, neapel, turin, florenz, madrid, barcelona, lissabon, lisbon, athen, athens, kopenhagen, copenhagen, københavn, aarhus, stockholm, göteborg, malmö, uppsala, oslo, bergen, trondheim, stavanger, helsinki, reykjavik, warschau, warsaw, warszawa, kraków, gdańsk, wrocław, poznań, prag, prague, praha, brno, bratislava, budapest, bukarest, bucharest, sofia, belgrad, belgrade, zagreb, sarajevo, ljubljana, skopje, tirana, pristina, moskau, moscow, kiew, kyiv, kiev, minsk, vilnius, riga, tallinn, chişinău, istanbul, ankara, izmir
tokio, tokyo, osaka, kyoto, peking, beijing, shanghai, shenzhen, taipei, seoul, singapore, singapur, bangkok, jakarta, manila, hanoi, mumbai, delhi, kolkata, chennai, bengaluru, bangalore, hyderabad, lucknow, patna, islamabad, karachi, lahore, peshawar, dhaka, kathmandu, colombo, kabul, teheran, tehran, bagdad, baghdad, beirut, damaskus, damascus, jerusalem, amman, riad, riyadh, doha, dubai
washington, deutschland, germany, österreich, austria, schweiz, switzerland, frankreich, france, italien, spanien, polen, poland, russland, russia, ukraine, türkei, turkey, usa, china, japan, indien, india, brasilien, england, scotland, wales
""".strip()
