"""Data: credits, the words before a name that say what the person did.

A line is `language role: words`; the words are compared in folded case. Marks after a word: `~` valid only in its
own language, because it begins names elsewhere or is an everyday word; `:` in other languages only with a colon;
`!` always only with a colon, because names begin with it; `?` only before a full name or an organisation ("Di
Maio" keeps its Di).
"""

# ruff: noqa: E501  (one language or family of words a line)

from __future__ import annotations

CREDITS = """
en writer: by, written by, story by, words by, text by, report by, posted by, published by, submitted by
en writer: authored by, article by, author, authors, about the author, writer:, writers:, words:, text:, story:?
en writer: interview by, interviewed by, compiled by, as told to, column by, opinion by, analysis by, essay by
en writer: commentary by, review by, recipe by, guest post by, contributed by, created by, article:, report:
en writer: more stories by, more from, more by, all posts by, posts by, articles by, interview:, byline:, from:~
en writer: in partnership with author, op-ed by, feature by, blog by, posted:, published by:, meet the author
en writer: text and photos by, story and photos by, words and pictures by, words and photos by, text and pictures by
en reporting: reporting by, reported by, additional reporting by, with reporting by, research by, reporter:
en reporting: with additional reporting by, with contributions from, contributions by, with files from
en reporting: inputs from, with inputs from, additional reporting:, reporting:, contributing:, with reporting from
en reporting: with contributions by, contributing reporters:, additional research by, reporters:, also contributing:
en editing: editing by, edited by, editor:, editors:, reviewed by, medically reviewed by, fact checked by
en editing: fact-checked by, produced by, production by, curated by, copy edited by, copy editing by, editing:
en editing: checked by, approved by, updated by, producer:, expert reviewed by, fact check by, reviewer:
en editing: written and edited by~, technically reviewed by, verified by, supervised by
en photo: photo by, photos by, photography by, photographs by, photograph by, photographed by, pictures by
en photo: picture by, image by, images by, illustration by, illustrations by, illustrated by, graphics by
en photo: graphic by, video by, videos by, art by, styled by, styling by, design by, designed by, visuals by
en photo: photo:, photos:, image:, images:, picture:, pictures:, video:, illustration:, illustrations:, photo credit
en photo: photographer:, photography:, audio by, narrated by, maps by, animation by, graphics:, hair by, makeup by
en photo: artwork by, infographic by, camera:, filmed by, courtesy of, photo courtesy of, credit:, image credit
en translation: translated by, translation by, translation:, translator:, translated from the french by
de writer: von?, text von, bericht von, ein artikel von, ein beitrag von, ein kommentar von, eine analyse von
de writer: zusammengestellt von, gesammelt von, autor, autorin, autoren, autor*in, verfasst von, geschrieben von, aufgezeichnet von, interview von
de writer: text:, interview:, kommentar von, ein gastbeitrag von, gastbeitrag von, bericht:, aus dem ressort von~
de writer: berichtet~, berichten~, autoren:, autorinnen, verfasser, verfasserin, protokoll:, analyse von, reportage von, eine reportage von
de writer: das interview führte, das gespräch führte, die fragen stellte, das interview führten, ein essay von
de writer: gespeichert von, eingereicht von, eingestellt von, erstellt von, veröffentlicht von, kolumne von, eine kolumne von, glosse von, eine glosse von, leitartikel von, ein leitartikel von, porträt von, ein porträt von, rezension von, eine rezension von, essay von, ein bericht von, ein interview von, meinung von, ein gastkommentar von, gastkommentar von, text und fotos, text und foto, text und bilder, text & fotos
de reporting: mitarbeit, mitarbeit:, unter mitarbeit von, recherche, recherche:, recherche von, mitarbeit von
de editing: redaktion:, bearbeitet von, redigiert von, redaktionelle bearbeitung, lektorat:, online bearbeitet von
de photo: foto, fotos, foto von, fotos von, bilder von, bild:, bilder:, fotografie, illustration:, illustrationen
de photo: illustration von, video von, grafik, grafik:, grafiken:, fotografiert von, kamera:, mit fotos von, fotos:
de translation: übersetzt von, übersetzung, übersetzung:, aus dem englischen von, übersetzung von
fr writer: par?, écrit par, recueilli par, compilé par, rédigé par, propos recueillis par, publié par, texte:, textes:, auteur, auteure
fr writer: auteurs, texte de, un article de, article de, reportage de, une enquête de, rédaction:, récit de
fr writer: interview par, par notre correspondant, par notre correspondante, par notre envoyé spécial, texte par
fr writer: de notre correspondant, de notre correspondante, de notre envoyé spécial, de notre envoyée spéciale
fr writer: article rédigé par, article écrit par, posté par, signé, entretien réalisé par, de nos correspondants
fr writer: soumis par, posté par, proposé par, chronique de, une chronique de, billet de, éditorial de, analyse de, une analyse de, tribune de, une tribune de, entretien par, par notre journaliste, texte et photos, texte & photos
fr reporting: avec la collaboration de, enquête:, avec la participation de, avec la contribution de
fr editing: édité par, édition:, relu par, mis à jour par, édition de, sous la direction de, secrétaire de rédaction
fr editing: montage:, son!, réalisation:, mixage:, prise de son:
fr photo: photo, photos, photographie, photographies, photos de, photo de, images:, illustration de, vidéo, dessin:
fr photo: dessin de, photographe, infographie, crédit photo, vidéo de, photographies de, illustrations de, crédits:
fr translation: traduit par, traduction, traduction de, traduit de l'anglais par, traduit de l’anglais par
es writer: por?, escrito por, texto:, textos:, texto de, autor, autora, autores, autoras, redactado por
es writer: publicado por, entrevista de, un reportaje de, reportaje de, reportaje:, elaborado por, redacción:
es writer: firmado por, crónica de, una crónica de, entrevista:, artículo de, un artículo de, opinión de
es writer: enviado por, columna de, una columna de, análisis de, un análisis de, editorial de, crítica de, una crítica de, texto y fotos, texto y fotografías, textos y fotos
es reporting: con la colaboración de, con información de, con reporte de, investigación de, colaboración de
es reporting: con reportes de, informó, colaboradores:
es editing: editado por, edición, edición de, editor:, editora:, revisado por, corrección:, coordinación:
es photo: foto, fotos, fotografía, fotografías, fotos de, foto de, fotografías de, imágenes, ilustración, vídeo
es photo: ilustración de, ilustraciones, video:, infografía, fotógrafo, fotógrafa, cámara:, imagen:, ilustraciones de
es translation: traducido por, traducción, traducción de, traductor, traductora
pt writer: por?, escrito por, texto:, texto de, autor, autora, autores, publicado por, redigido por, da redação por
pt writer: reportagem de, reportagem:, reportagem, entrevista de, matéria de, postado por, uma reportagem de
pt writer: enviado por, submetido por, coluna de, crônica de, crónica de, análise de, opinião de, artigo de, um artigo de, texto e fotos, texto e fotografia
pt reporting: com a colaboração de, colaborou, colaboraram, com informações de, com reportagem de, colaboração de
pt reporting: com colaboração de, apuração:, com contribuição de
pt editing: editado por, edição, edição de, edição:, revisão, revisado por, supervisão:, sob supervisão de, editor:
pt photo: foto, fotos, fotografia, fotos de, foto de, imagens, ilustração, ilustrações, vídeo, arte:, fotografias
pt photo: fotógrafo, infografia, imagem:, ilustração de, vídeo de, imagens de
pt translation: traduzido por, tradução, tradução de, tradutor, tradutora
it writer: di?, da~, scritto da, a cura di, testo:, testi:, testo di, testi di, autore, autrice, autori, pubblicato da
it writer: articolo di, un articolo di, intervista di, servizio di, di redazione di, redatto da, dal nostro inviato
it writer: dalla nostra inviata, dal nostro corrispondente, dalla nostra corrispondente, dai nostri inviati
it writer: commento di, analisi di, reportage di, inchiesta di
it writer: inviato da, pubblicato da, postato da, editoriale di, recensione di, opinione di, testo e foto, testi e foto
it reporting: con la collaborazione di, ha collaborato, hanno collaborato, con il contributo di
it editing: a cura della redazione di, modificato da, revisione di, revisione:, editing:, montaggio di
it photo: foto, fotografie, foto di, fotografie di, fotografia di, immagini, illustrazioni, illustrazione, video di
it photo: illustrazioni di, illustrazione di, disegni di, infografica, riprese di
it translation: tradotto da, traduzione, traduzione di, traduttore
ca writer: per?, escrit per, text:, text de, autor:, autora:, publicat per, redactat per
ca photo: foto:, fotos:, fotografia:, fotografies, fotos de, imatges, il·lustració
ca editing: editat per, edició:
gl writer: por?, escrito por, texto:
gl photo: fotos, fotografía, imaxes
eu writer: egilea, testua, idazlea, egileak
eu photo: argazkiak, argazkia, irudiak, argazkilaria
eu translation: itzultzailea, itzulpena
nl writer: door?, geschreven door, tekst, tekst:, auteur, auteurs, gepubliceerd door, van onze redacteur
nl writer: van onze verslaggever, door onze verslaggever, door onze redacteur, van onze correspondent
nl writer: door onze correspondent, een artikel van, interview:, opgetekend door, van onze verslaggeefster
nl writer: ingediend door, geplaatst door, verstuurd door, column van, een column van, opinie van, analyse van, een analyse van, essay van, een essay van, commentaar van, recensie van, reportage van, tekst en foto's, tekst en foto’s, tekst en beeld, tekst en foto
nl reporting: met medewerking van, m.m.v., onderzoek:, met bijdragen van
nl editing: eindredactie, redactie:, bewerkt door, geredigeerd door
nl photo: foto, foto's, foto’s, beeld, fotografie, foto's van, illustratie, illustraties, fotograaf, video:, foto van
nl translation: vertaling, vertaald door
af writer: deur?, geskryf deur, outeur, teks
af photo: foto, foto's
sv writer: av?, text, text:, text av, skriven av, skribent, författare, artikel av, reportage av, publicerad av
sv writer: text och foto, text & foto, text och bild, av vår utsända, intervju:, krönika av
sv editing: redigerad av, redigering, redigerat av, redaktör:
sv photo: foto, foto:, bild:, foto av, bilder, fotograf, illustration, illustration:, grafik:
sv translation: översättning, översatt av
da writer: af?, skrevet af, tekst, tekst:, forfatter, skribent, journalist:, artikel af, interview:, af vores
da writer: tekst og foto, fortalt til
da writer: tekst og fotos, tekst & foto
da editing: redigeret af, redigering, redaktør:
da photo: foto, foto:, billeder, fotos, foto af, fotograf, illustration, illustration af
da translation: oversat af, oversættelse
nb writer: av?, skrevet av, tekst, tekst:, forfatter, skribent, journalist:, publisert av, tekst og foto
nb writer: tekst av, kommentar av, intervju:
nb editing: redigert av, redaktør:, ansvarlig redaktør
nb photo: foto, foto:, bilder, foto av, fotograf, illustrasjon
nb translation: oversatt av, oversettelse
nn writer: av?, skriven av, skrive av, tekst, forfattar
nn photo: foto, bilete, fotograf
is writer: eftir?, höfundur, texti, skrifað af, skrifar:
is photo: mynd, myndir, ljósmynd, ljósmyndir, ljósmyndari
is translation: þýðing, þýðandi
fi writer: kirjoittanut, kirjoittaja, kirjoittajat, teksti, teksti:, toimittaja:, teksti ja kuvat, haastattelu
fi writer: juttu:
fi editing: toimittanut, toimitus:
fi photo: kuva, kuvat, kuva:, valokuva, valokuvat, kuvaaja, kuvitus, grafiikka
fi translation: suomennos, kääntänyt, käännös, kääntäjä
et writer: autor, tekst, kirjutas, toimetaja:, koostas, kirjutanud
et writer: tekst ja foto, tekst ja fotod
et editing: toimetas, toimetanud
et photo: foto, fotod, pildid, fotograaf, pilt
et translation: tõlkis, tõlge, tõlkinud
lv writer: autors, autore, teksts, sagatavoja, raksta, autori, rakstīja
lv photo: foto, attēls, fotogrāfs, attēli
lv translation: tulkoja, tulkojums
lt writer: autorius, autorė, tekstas, parengė, rašė, autoriai, straipsnio autorius, kalbino
lt writer: tekstas ir nuotraukos
lt editing: redagavo, redaktorius:
lt photo: nuotrauka, nuotraukos, fotografas, nuotr.
lt translation: vertė, vertimas, išvertė
pl writer: przez?, autor, autorka, autorzy, tekst, tekst:, napisał, napisała, oprac., oprac, opracowanie
pl writer: opracował, opracowała, opracowali, rozmawiał, rozmawiała, rozmawiali, dodał, dodała, opublikował
pl writer: rozmowę przeprowadził, autorstwa, red. prow.~, wysłuchał, wysłuchała
pl writer: tekst i zdjęcia, tekst i foto
pl reporting: współpraca, współpraca:, przy współpracy
pl editing: redakcja:, redagował, redagowała, korekta
pl photo: fot., fot, foto, zdjęcia, zdjęcie, zdj., fotografie, ilustracja, ilustracje, grafika, wideo:
pl translation: tłumaczenie, tłumaczył, tłumaczyła, tłum., przełożył, przełożyła
cs writer: autor, autorka, autoři, napsal, napsala, text, text:, připravil, připravila, zpracoval, zpracovala
cs writer: rozhovor:, od~?, redaktor:, publikoval
cs writer: text a foto, komentář napsal
cs editing: editor:, editovala, editoval, korektura
cs photo: foto, foto:, fotografie, snímky, ilustrace, grafika, fotograf, video:
cs translation: přeložil, přeložila, překlad, překlad:
sk writer: autor, autorka, autori, napísal, napísala, text, text:, pripravil, pripravila, spracoval, spracovala
sk writer: od~?
sk writer: text a foto
sk photo: foto, foto:, fotografie, snímky, ilustrácia, fotograf
sk translation: preložil, preložila, preklad
sl writer: avtor, avtorica, avtorja, besedilo, besedilo:, piše, napisal, napisala, pripravil, pripravila, tekst
sl photo: foto, fotografija, fotografije, fotograf, slike
sl translation: prevedel, prevedla, prevod
hr writer: autor, autorica, autori, piše, pišu, napisao, napisala, tekst, tekst:, pripremio, pripremila, objavio
hr writer: razgovarao, razgovarala
hr writer: tekst i foto, tekst i fotografije
hr editing: uredio, uredila, urednik:, urednica:
hr photo: foto, foto:, fotografije, fotografija, snimio, snimila, fotograf
hr translation: preveo, prevela, prijevod, prevod
bs writer: autor, piše, tekst, napisao, napisala
sr writer: autor, piše, pišu, tekst, napisao, napisala, аутор, пише, пишу, текст, написао, написала, аутори
sr writer: tekst i foto, tekst i fotografije, текст и фото
sr photo: foto, foto:, фото, фотографије, снимио, снимила, snimio
sr translation: preveo, prevela, превео, превела, превод
mk writer: автор, пишува, текст, подготви, напиша
mk photo: фото, фотографии, фотографија
mk translation: превод, превел, превела
sq writer: nga?, shkruan, shkroi, autori, autorja, autor, përgatiti, shkruar nga, teksti
sq photo: foto, foto:, fotografi
sq translation: përktheu, përkthimi
hu writer: írta, szerző, szerzők, szöveg, készítette, szöveg:, interjú:, összeállította, szerző:, a szerző
hu writer: szöveg és fotó, szöveg és fotók
hu editing: szerkesztette, szerkesztő:, szerkesztés
hu photo: fotó, fotók, kép, képek, fénykép, illusztráció, fotós, fotó:, borítókép, nyitókép
hu translation: fordította, fordítás, ford.!
ro writer: de~?, scris de, autor, autoare, autori, text, text:, text de, redactat de, publicat de, un articol de
ro writer: articol de, articol scris de, interviu de, articol redactat de, reportaj de
ro writer: text și foto, text şi foto, text și fotografii
ro editing: editat de, editor:, redactor:, corectură
ro photo: foto, foto:, fotografii, fotografie, imagini, sursa foto, fotograf, ilustrație
ro translation: traducere, traducerea, tradus de
el writer: του~?, της~?, των~?, του:, της:, γράφει ο, γράφει η, γράφουν οι, γράφει, γράφουν, από τον, από την, από τους
el writer: από?, συντάκτης, συντάκτρια, συντάκτης:, ρεπορτάζ, κείμενο, κείμενο:, αρθρογράφος, του συντάκτη
el writer: ρεπορτάζ:, συνέντευξη στον, συνέντευξη στην, συνέντευξη:, αρθρο του, άρθρο του, άρθρο της, δημοσιογράφος:
el writer: συγγραφέας, έρευνα:, στον~?, στην~?
el writer: κείμενο και φωτογραφίες, κείμενο - φωτογραφίες
el editing: επιμέλεια, επιμέλεια:, επιμέλεια κειμένου, σύνταξη:
el photo: φωτογραφία, φωτογραφίες, φωτο, φωτό, εικονογράφηση, βίντεο, φωτογραφίες:
el translation: μετάφραση, μετάφραση:, μεταφράζει, απόδοση
tr writer: haber, haber:, yazan:, yazar, yazar:, yazı, haberi hazırlayan, hazırlayan, röportaj, derleyen, metin!
tr writer: muhabir, muhabir:, haberi yazan, söyleşi, yazarlar, haber ve fotoğraf, kaleme alan
tr editing: editör, editör:, düzenleyen, yayına hazırlayan
tr photo: fotoğraf, fotoğraflar, foto, foto:, görsel, kamera, kamera:, foto muhabiri, çizim
tr translation: çeviri, çeviren, çevirmen, tercüme
az writer: müəllif, yazdı, hazırladı, yazar:, mətn
az photo: foto, fotolar
az translation: tərcümə
kk writer: автор, авторы, дайындаған, жазған
kk photo: фото, сурет
uz writer: muallif, tayyorladi
ru writer: автор, авторы, автор текста, автор статьи, автор:, текст, текст:, написал, написала, подготовил
ru writer: подготовила, подготовили, беседовал, беседовала, беседовали, интервью:, материал подготовил
ru writer: материал подготовила, записал, записала, от~?, опубликовал, опубликовала, опубликовано:, тексты
ru writer: интервью подготовила, интервью подготовил, расспросила, расспросил, опубликовал:
ru writer: текст и фото, текст и фотографии
ru reporting: при участии, с участием, при содействии, в подготовке материала участвовали
ru editing: редактор:, редакторы:, отредактировал, под редакцией, редактура, выпускающий редактор:, корректор:
ru photo: фото, фотографии, фотограф, фотографии:, иллюстрации, иллюстрация, видео, инфографика, снимки, фотокорреспондент:
ru translation: перевод, перевёл, перевел, перевела, переводчик, перевод:
uk writer: автор, авторка, автори, автор:, текст, текст:, написав, написала, підготував, підготувала, розмовляв
uk writer: розмовляла, від~?, авторка:, інтерв'ю:, інтерв’ю:, спілкувалася, спілкувався
uk writer: текст та фото, текст і фото
uk editing: редактор:, редакторка:, відредагував, за редакцією
uk photo: фото, світлини, фотограф, ілюстрації, ілюстрація, відео, фотографії, фотографка
uk translation: переклад, переклав, переклала, перекладач
be writer: аўтар, аўтары, аўтарка, тэкст, падрыхтаваў, падрыхтавала
be photo: фота, здымкі
be translation: пераклад
bg writer: автор, автори, текст, текст:, от?, написа, подготви, интервю на, разговаря, интервю:
bg writer: текст и снимки, текст и снимка
bg editing: редактор:, редактира
bg photo: снимка, снимки, фото, фотограф, илюстрация
bg translation: превод, преведе, превод:
ka writer: ავტორი, ავტორი:, მოამზადა, ტექსტი
ka photo: ფოტო, ფოტოები
hy writer: հեղինակ, հեղինակ՝, տեքստը, պատրաստեց
hy photo: լուսանկար, լուսանկարները
""".strip()

CREDITS_EAST = """
he writer: מאת, מאת:, כתב:, כתבה:, כותב, כותבת, נכתב על ידי, נכתב ע"י, כתבו:, מחבר:, ראיון:, ע"י
he editing: עריכה, עריכה:, עורך:, עורכת:, ערך:
he photo: צילום, צילום:, צילומים, צילומים:, צלם:, איור:, איורים:
he translation: תרגום, תרגום:, תרגם, תרגמה, מתרגם:
ar writer: نقلا عن, نقلاً عن, بقلم, بقلم:, كتب, كتبت, كتب:, كتبت:, إعداد, إعداد:, تقرير, تقرير:, الكاتب:, الكاتبة:, كاتب المقال
ar writer: المؤلف, بواسطة, من إعداد, أعده, أعدته, حوار:, أجرى الحوار, حاوره, حاورها, نشر بواسطة, الكاتب, نص:
ar reporting: شارك في التغطية, شارك في الإعداد, مراسلنا, شارك في التقرير
ar editing: تحرير, تحرير:, المحرر:, مراجعة, مراجعة:, تدقيق
ar photo: تصوير, تصوير:, صور, صور:, الصور:, عدسة, رسوم:, المصور:
ar translation: ترجمة, ترجمة:, المترجم:, ترجمه, ترجمتها
fa writer: به گزارش, به نقل از, نویسنده, نویسنده:, نوشته, نوشته:, گزارش:, به قلم, گزارشگر, نگارنده, تهیه و تنظیم, مصاحبه:, گزارش از, نگارش:
fa writer: یادداشت:, به قلمِ, مصاحبه کننده:, از:, نویسندگان:, گفت‌وگو:, تهیه کننده:
fa editing: ویرایش, ویراستار, ویرایش:, دبیر:, سردبیر:
fa photo: عکس, عکس:, عکاس, عکاس:, عکس‌ها:, تصاویر:, عکس از
fa translation: مترجم, مترجم:, ترجمه, ترجمه:, ترجمهٔ, برگردان:, ترجمه از
ur writer: تحریر, تحریر:, از قلم, مصنف, مصنف:, رپورٹ, رپورٹ:, از:, کالم:, کالم نگار, رپورٹر:
ur photo: تصویر:, تصاویر:
ur translation: ترجمہ, مترجم, ترجمہ:
ku writer: nivîskar, ji aliyê, nûçe:, amadekar
ps writer: لیکوال, لیکوال:
hi writer: लेखक, लेखक:, लेखिका, द्वारा, द्वारा:, रिपोर्ट:, लेख:, के द्वारा, प्रस्तुति:, रिपोर्टर:, लेखन:, संवाददाता:, लेखक -
hi reporting: रिपोर्ट, रिपोर्टिंग
hi editing: संपादन, संपादन:, संपादक:, संपादित, सम्पादन, संपादित द्वारा
hi photo: फोटो, फोटो:, छायांकन, तस्वीर, चित्र:, तस्वीरें
hi translation: अनुवाद, अनुवादक, अनुवाद:
mr writer: लेखक, लेखक:, लेखिका, वार्ताहर:, शब्दांकन
mr photo: छायाचित्र, फोटो
ne writer: लेखक:, प्रस्तुति
bn writer: লেখক, লেখক:, লিখেছেন, লেখা:, প্রতিবেদক:, প্রতিবেদন:, লেখা, লিখেছেন:, সাক্ষাৎকার:, রিপোর্ট:
bn editing: সম্পাদনা, সম্পাদনা:, সম্পাদক:
bn photo: ছবি, ছবি:, আলোকচিত্র, আলোকচিত্রী
bn translation: অনুবাদ, অনুবাদ:, অনুবাদক
pa writer: ਲੇਖਕ, ਲੇਖਕ:, ਰਿਪੋਰਟ:
gu writer: લેખક, લેખક:, દ્વારા
ta writer: எழுதியவர், எழுதியவர்:, ஆசிரியர்:, கட்டுரையாளர், கட்டுரை:, எழுத்து:, செய்தியாளர்:
ta photo: படங்கள், படம்:, படங்கள்:, புகைப்படம்
ta translation: தமிழில், மொழிபெயர்ப்பு
te writer: రచయిత, రచన, రచన:, రచయిత:
te photo: ఫోటో:, ఫోటోలు
kn writer: ಲೇಖಕ, ಲೇಖಕರು, ಬರಹ, ಬರಹ:, ಲೇಖಕ:
ml writer: എഴുതിയത്, ലേഖകൻ, തയ്യാറാക്കിയത്, ലേഖകന്‍, ലേഖകൻ:
ml photo: ചിത്രങ്ങൾ, ഫോട്ടോ
si writer: ලේඛක, සටහන, විසින්
th writer: โดย, โดย:, ผู้เขียน, ผู้เขียน:, เรื่อง, เรื่อง:, เขียนโดย, เรียบเรียง, เรียบเรียง:, รายงานโดย, เรียบเรียงโดย
th writer: ผู้สื่อข่าว:, สัมภาษณ์:, เรื่องโดย
th editing: บรรณาธิการ:, บรรณาธิการ
th photo: ภาพ, ภาพ:, ภาพโดย, ถ่ายภาพ, ช่างภาพ, ภาพประกอบ, ภาพประกอบ:
th translation: แปล, แปลโดย, แปล:, ผู้แปล
lo writer: ໂດຍ
km writer: ដោយ, ដោយ៖
my writer: ရေးသားသူ, ရေးသားသူ:
vi writer: tác giả, tác giả:, bài:, bài viết:, bài, viết bởi, thực hiện:, thực hiện, bởi, người viết:, bài và ảnh
vi writer: bài, ảnh:, phóng viên:, tin:, ghi chép:, theo~, biên soạn:, theo:
vi editing: biên tập, biên tập:, biên tập viên:, hiệu đính
vi photo: ảnh, ảnh:, hình:, đồ họa:, hình ảnh:, minh họa
vi translation: dịch, dịch:, biên dịch, biên dịch:, người dịch, lược dịch
id writer: oleh, oleh:, penulis, penulis:, ditulis oleh, pewarta, pewarta:, reporter:, laporan:, laporan wartawan
id writer: kontributor:, wartawan:, jurnalis:, teks:, laporan, naskah:, penulis artikel
id editing: editor:, redaktur,  penyunting, penyunting:, disunting oleh
id photo: foto, foto:, fotografer, fotografer:, ilustrasi, gambar:, foto oleh
id translation: penerjemah, penerjemah:, diterjemahkan oleh, alih bahasa
ms writer: oleh, oleh:, ditulis oleh, penulis, penulis:, laporan:, wartawan:, teks:
ms photo: gambar, gambar:, foto, jurufoto
ms translation: diterjemahkan oleh
jv writer: dening
fil writer: ni~?, nina~?, isinulat ni, sulat ni, mula kay, ulat ni, nina:, ni:, akda ni
fil photo: kuha ni, larawan ni
sw writer: na~?, imeandikwa na, mwandishi, mwandishi:, imeandaliwa na
sw photo: picha, picha:, picha na
sw translation: imetafsiriwa na, mfasiri
ha writer: daga~?, marubuci
am writer: በ~?, ጸሐፊ, ጸሃፊ:, አዘጋጅ
ga writer: le~?, scríofa ag
cy writer: gan~?, awdur
mt writer: minn~?, kitba ta'
eo writer: de~?, aŭtoro, verkis
zh writer: 文, 文:, 撰文, 撰文:, 作者, 作者:, 撰稿, 撰稿:, 记者, 記者, 记者:, 記者:, 采访, 採訪, 采写, 採訪撰文, 采写:, 撰文者
zh writer: 报道, 報導, 編譯~, 撰写, 撰寫, 整理, 整理:, 口述, 特约记者, 特約記者, 本报记者, 本報記者, 通讯员, 實習記者, 实习记者
zh writer: 来源, 來源, 来源:, 來源:, 专栏作者, 綜合報導, 综合报道, 採訪/撰文, 图文, 圖文, 文图, 稿件来源, 消息来源, 發稿, 主笔, 采写/
zh reporting: 採訪協力, 采访协助, 调查
zh editing: 责任编辑, 責任編輯, 编辑, 編輯, 责编, 責編, 核稿, 审校, 审核, 校对, 校對, 核稿編輯, 主编, 主編, 值班编辑, 編審, 编审, 校, 監製, 监制
zh editing: 核稿人员, 文字编辑, 编辑:, 編輯:, 审稿, 制作
zh photo: 图, 圖, 摄影, 攝影, 图片, 圖片, 图:, 圖:, 摄, 攝, 視頻, 视频, 影片, 绘图, 繪圖, 插画, 插畫, 摄像, 剪輯, 設計, 设计, 制图, 製圖, 圖表
zh photo: 攝影記者, 摄影记者, 影像, 供图, 圖片來源, 图片来源
zh translation: 译者, 譯者, 翻译, 翻譯, 编译, 編譯, 译, 譯, 译者:, 譯者:
ja writer: 文, 文:, 取材・文, 取材・構成・文, 執筆, 執筆:, 著者, 筆者, この記事の筆者, 取材, 聞き手, 構成, 構成・文, 構成:, 取材・構成
ja writer: 記事, ライター, インタビュー, 寄稿, 取材・執筆, 文・写真, 取材・文・撮影, 取材・撮影, 記者, 企画・取材・文, 文と写真, 語り, 解説, 文=
ja writer: この記事を書いた人, この記事を書いたのは, 著, 作者, 投稿者, 写真・文, 聞き手・構成, まとめ, 筆者:, 原稿
ja editing: 編集, 編集:, 監修, 校閲, 企画・編集, 編集・構成, 企画, 編集協力, 企画編集, 制作
ja photo: 写真, 写真:, 撮影, 撮影:, イラスト, カメラマン, 動画, 図版, デザイン, 写真提供, 画像, フォトグラファー, 挿絵, スタイリング, ヘアメイク
ja translation: 翻訳, 訳, 訳:, 翻訳:, 翻訳・編集, 抄訳, 訳者, 訳・構成
ko writer: 글, 글:, 글/, 작성자, 작성자:, 취재, 취재:, 기자, 정리, 정리:, 지은이, 필자, 작성, 인터뷰, 취재·글, 글·사진, 글쓴이, 저자, 입력자
ko writer: 기고, 칼럼, 글·그림, 취재기자, 글=
ko editing: 편집, 편집:, 감수, 기획, 교열, 데스크
ko photo: 사진, 사진:, 촬영, 영상, 그래픽, 그림, 일러스트, 영상취재, 영상편집, 사진=, 촬영기자, 편집·그래픽
ko translation: 번역, 옮김, 옮긴이, 번역:
""".strip()
