"""Data: words for jobs, desks and organisations, in folded case.

A line of JOBS and DESKS begins with its language; a word with `*` matches the end of compound words (`*redakteur`:
Sportredakteur).
"""

# ruff: noqa: E501  (one language or family of words a line)

from __future__ import annotations

# Jobs. A phrase of only these and their modifiers has no name.
JOBS = """
en: writer, writers, reporter, reporters, editor, editors, correspondent, correspondents, journalist, journalists, columnist, columnists, analyst, producer, contributor
en: contributors, anchor, critic, intern, fellow, blogger, host, freelancer, author, director, manager, professor, lecturer, researcher, expert, strategist, president, ceo, founder
en: co-founder, cofounder, cto, cfo, commentator, presenter, broadcaster, meteorologist, economist, attorney, lawyer, teacher, student, scientist, historian, cartoonist, essayist
en: novelist, poet, subeditor, sub-editor, copyeditor, newsreader, trainee, editor-in-chief, editor-at-large, editor-at large, co-editor, executive, officer, consultant, adviser, advisor, specialist
en: dietitian, nutritionist, physician, psychologist, storyteller, videographer, handicapper, chair, chairman, chairwoman, publisher, co-author, coauthor, chef, stylist, curator, fact-checker, writer-at-large
en: candidate, bureau, secretary, minister, senator, congressman, congresswoman, strategist, associate, ambassador, reviewer, copywriter, podcaster, correspondant, stringer, webmaster, moderator
en: head, vice-president, vp, svp, evp, coo, cio, cmo, chairperson, co-chair, spokesperson, spokesman, spokeswoman, coordinator, engineer, developer, designer, architect, entrepreneur, owner, co-owner, therapist, psychotherapist
en: psychiatrist, nurse, surgeon, rector, postdoc, trainer, coach, instructor, translator, biologist, physicist, chemist, geologist, astronomer, ecologist, sociologist, anthropologist, philosopher, theologian, pastor, mayor, councillor
en photo: photographer, photojournalist, photographers, illustrator, photo editor, visual journalist
de: *redakteuren, *korrespondenten, *reportern, *redakteure, *redakteur, *redakteurin, *redaktor, *redaktorin, *korrespondent, *korrespondentin, *reporter, *reporterin, *autor, *autorin, *journalist, *journalistin, *volontär, *volontärin, chefredakteur, *leiter, *leiterin
de: *chef, *chefin, *kolumnist, *kolumnistin, *moderator, *moderatorin, *kritiker, *kritikerin, herausgeber, herausgeberin, *experte, *expertin, praktikant, praktikantin, *schreiber, *analyst, *mitarbeiter, *mitarbeiterin
de: *kommentator, *blogger, *berichterstatter, geschäftsführer, vorsitzender, ressortleitung, politologe, ökonom, ökonomin, historiker, professorin, chefreporter, redakteur*in, *redakteur*in, autor*in
de: *sprecher, *sprecherin, *pressesprecher, *pressesprecherin, *referent, *referentin, *beauftragter, *beauftragte, *berater, *beraterin, *ingenieur, *ingenieurin, *forscher, *forscherin, *wissenschaftler, *wissenschaftlerin, *präsident, *präsidentin
de: *direktor, *direktorin, *vorstand, vorsitzende, *minister, *ministerin, bürgermeister, bürgermeisterin, *anwalt, *anwältin, geschäftsführerin, gründer, gründerin, inhaber, inhaberin, *trainer, *trainerin, *sekretär, *sekretärin, *professor, dozent, dozentin
de photo: *fotograf, *fotografin, *fotojournalist
fr: journaliste, correspondant, correspondante, envoyé, envoyée, rédacteur, rédactrice, reporter, chroniqueur, chroniqueuse, éditorialiste, rédacteur en chef, chef, pigiste, critique, auteur, autrice, directeur, directrice
fr: professeur, professeure, stagiaire, présentateur, présentatrice, économiste, historien, historienne, alternant, alternante, secrétaire, député, spécialiste, chercheur, chercheuse, animateur, éditeur, essayiste, grand reporter
fr photo: photographe, photojournaliste
es: periodista, corresponsal, redactor, redactora, enviado, enviada, reportero, reportera, columnista, editor, editora, cronista, director, directora, jefe, jefa, colaborador, colaboradora, analista, profesor, profesora
es: comentarista, presentador, presentadora, escritor, escritora, abogado, abogada, economista, crítico, crítica, catedrático, catedrática, investigador, investigadora, coordinador, coordinadora, becario
es photo: fotógrafo, fotógrafa, fotoperiodista, fotorreportero
pt: jornalista, repórter, correspondente, colunista, enviado, enviada, redator, redatora, editor, editora, diretor, diretora, estagiário, estagiária, comentarista, apresentador, apresentadora, cronista, professor, professora
pt: articulista, colaborador, colaboradora, advogado, advogada, coordenador, subeditor, chefe, economista, blogueiro
pt photo: fotógrafo, fotógrafa, repórter fotográfico, fotojornalista
it: giornalista, corrispondente, inviato, inviata, redattore, redattrice, caporedattore, direttore, direttrice, vicedirettore, editorialista, collaboratore, collaboratrice, cronista, opinionista, critico, caposervizio, conduttore, conduttrice, docente, professore
it photo: fotografo, fotografa, fotoreporter
nl: *redacteur, *redactrice, *verslaggever, *verslaggeefster, *correspondent, *journalist, *journaliste, columnist, columniste, *medewerker, hoofdredacteur, schrijver, *chef, *recensent, hoogleraar, stagiair, presentator
nl photo: *fotograaf
sv: *reporter, *journalist, *redaktör, *korrespondent, skribent, *skribent, krönikör, ledarskribent, chefredaktör, kolumnist, *chef, frilans, frilansjournalist, *kommentator, *kritiker, programledare, *recensent, författare, professor
sv photo: *fotograf
da: *journalist, *redaktør, *korrespondent, *skribent, *reporter, chefredaktør, kommentator, klummeskribent, praktikant, *chef, debattør, *anmelder, forfatter, journalistpraktikant
nb: *journalist, *redaktør, *korrespondent, *reporter, skribent, kommentator, redaksjonssjef, *sjef, frilansjournalist, spaltist, *anmelder, *leder, forfatter, sjefredaktør, debattleder
fi: *toimittaja, toimittajaharjoittelija, *kirjeenvaihtaja, *päällikkö, kolumnisti, päätoimittaja, kriitikko, juontaja, uutispäällikkö
fi photo: kuvaaja, *valokuvaaja, kuvajournalisti
et: ajakirjanik, *toimetaja, reporter, korrespondent, peatoimetaja, kolumnist
lv: žurnālists, žurnāliste, redaktors, redaktore, korespondents, korespondente
lt: žurnalistas, žurnalistė, korespondentas, korespondentė, redaktorius, redaktorė
pl: dziennikarz, dziennikarka, redaktor, redaktorka, korespondent, korespondentka, reporter, reporterka, publicysta, publicystka, felietonista, wydawca, prof, zastępca, ekspert, komentator, szef
pl photo: fotoreporter, fotograf
cs: redaktor, redaktorka, reportér, reportérka, zpravodaj, zpravodajka, novinář, novinářka, komentátor, komentátorka, šéfredaktor, šéfredaktorka, editor, editorka, publicista, vedoucí, analytik
cs photo: fotograf, fotografka, fotoreportér
sk: redaktor, redaktorka, reportér, reportérka, spravodajca, novinár, novinárka, komentátor, šéfredaktor, šéfredaktorka
sl: novinar, novinarka, urednik, urednica, dopisnik, dopisnica
hr: novinar, novinarka, urednik, urednica, dopisnik, dopisnica, reporter, kolumnist, kolumnistica, glavni urednik
sr: novinar, novinarka, urednik, urednica, dopisnik, новинар, новинарка, уредник, дописник
hu: újságíró, tudósító, szerkesztő, főszerkesztő, rovatvezető, riporter, publicista, gyakornok, munkatárs, munkatársa, *tudósító, *szerkesztő
hu photo: fotóriporter, fotós
ro: jurnalist, jurnalistă, redactor, corespondent, corespondentă, reporter, editor, editorialist, senior editor, redactor-șef
sq: gazetar, gazetare, korrespondent, redaktor
el: δημοσιογράφος, ανταποκριτής, ανταποκρίτρια, συντάκτης, συντάκτρια, αρθρογράφος, απεσταλμένος, διευθυντής, διευθύντρια, καθηγητής, ρεπόρτερ, αρχισυντάκτης, αρχισυντάκτρια
el photo: φωτορεπόρτερ, φωτογράφος
tr: muhabir, muhabiri, gazeteci, yazar, yazarı, editör, editörü, temsilcisi, köşe yazarı, müdürü, yönetmeni, stajyer, spikeri, yorumcusu
ru: корр, корреспондент, корреспондентка, обозреватель, журналист, журналистка, редактор, спецкор, репортёр, репортер, колумнист, колумнистка, публицист, политолог, эксперт, собкор, главред, соавтор, ведущий, ведущая, экономист
ru photo: фотограф, фотокорреспондент, фоторепортёр
uk: кореспондент, кореспондентка, журналіст, журналістка, редактор, редакторка, оглядач, оглядачка, репортер, репортерка, спецкор, колумніст, колумністка, ведучий, ведуча, політолог, експерт
uk photo: фотограф, фотографка, фотокореспондент
be: карэспандэнт, журналіст, журналістка, рэдактар
bg: журналист, журналистка, кореспондент, кореспондентка, редактор, редакторка, репортер, репортерка, коментатор, главен редактор, наблюдател
mk: новинар, новинарка, уредник
he: כתב, כתבת, עורך, עורכת, פרשן, פרשנית, עיתונאי, עיתונאית, שליח, שליחת, כתבנו, כתבתנו, הכתב, הכתבת
he photo: צלם, צלמת
ar: مراسل, مراسلة, كاتب, كاتبة, صحفي, صحافي, صحفية, صحافية, محرر, محررة, محلل, باحث, باحثة, إعلامي, إعلامية, موفد, مندوب, رئيس, مدير, مراسلنا, مراسلتنا, المحرر, الكاتب, الكاتبة, الصحفي, الصحفية, الباحث, أستاذ, خبير
ar photo: مصور, مصورة
fa: خبرنگار, روزنامه‌نگار, نویسنده, سردبیر, دبیر, گزارشگر, تحلیلگر, پژوهشگر, کارشناس, کاریکاتوریست, فعال, استاد, مدرس
fa photo: عکاس
ur: نامہ نگار, نمائندہ, صحافی, کالم نگار, رپورٹر, نامہ‌نگار, نمائندے, تجزیہ کار
hi: संवाददाता, रिपोर्टर, पत्रकार, संपादक, लेखक, वरिष्ठ, प्रतिनिधि, उपसंपादक, विशेष, ब्यूरो
bn: প্রতিবেদক, প্রতিনিধি, সাংবাদিক, সংবাদদাতা, সম্পাদক, লেখক, রিপোর্টার
id: wartawan, reporter, editor, kontributor, jurnalis, redaktur, penulis, koresponden, pengamat, dosen, pewarta
ms: wartawan, pemberita, editor, penulis, wartawati, pengarang
vi: phóng viên, biên tập viên, pv, btv, ctv, cộng tác viên, nhà báo
fil: mamamahayag, reporter
sw: mwandishi, mwanahabari
""".strip()

# Modifiers of jobs and desks: never part of a name.
MODIFIERS = """
en: from, vice, senior, staff, chief, lead, deputy, assistant, associate, managing, executive, contributing, guest, special, general, national, international, political, politics, business, sports, sport, news, health, healthcare
en: wellness, science, technology, tech, education, environment, environmental, climate, crime, court, courts, legal, investigative, investigations, features, feature, food, travel, fashion, lifestyle, entertainment
en: culture, arts, art, music, film, movie, tv, television, media, digital, web, online, foreign, diplomatic, military, defense, defence, security, white, congressional, capitol, metro, regional, local, state
en: economics, economy, markets, market, finance, financial, personal, money, energy, data, visual, video, audio, podcast, multimedia, social, breaking, trending, weekend, night, city, principal, freelance, former
en: founding, opinion, opinions, editorial, copy, consumer, community, fellow, junior, global, europe, asia, africa, america, middle, east, west, north, south, world, racing, football, nfl, nba, nhl, mlb, soccer, golf
en: tennis, baseball, basketball, hockey, cricket, fantasy, betting, gear, reviews, games, gaming, royal, religion, housing, transport, transportation, labor, labour, immigration, affairs, commerce, e-commerce
en: shopping, style, beauty, home, homes, garden, parenting, family, columns, our, the, a, an, and, &, of, for, in, at, to, own, in-house, interim, acting, award-winning, independent, audience, engagement, newsletter
en: newsletters, content, creative, research, strategy, product, growth, commercial, property, motoring, motorsport, automotive, auto, car, cars, agriculture, farming, rural, county, town, council, district, county
en: republican, democracy, voting, elections, election, campaign, congress, washington, london, paris, berlin, moscow, beijing, brussels, reporting, story, sunday, daily, evening, morning, desk, team, crew, f1, and/or
en: medical, clinical, registered, board, public, policy, labour, retail, media, space, weather, wildlife, history, book, books, theater, theatre, dance, restaurant, wine, celebrity, pop, gossip, awards, editor, reporter, writer, producer
de: freier, freie, leitender, leitende, stellvertretender, stellvertretende, unser, unsere, unserem, unserer, ständiger, ehemaliger, der, die, das, für, im, in, aus, politischer, verantwortlicher, chef
fr: spécial, spéciale, spéciaux, grand, notre, notre, nos, à, en, de, du, des, la, le, les, politique, sport, sports, économie, adjoint, adjointe, principal, indépendant, indépendante, permanent, politique, web
es: especial, nuestro, nuestra, de, en, la, el, los, político, política, deportes, economía, sénior, senior, jefe, adjunto, adjunta, parlamentario, freelance, y
pt: especial, nosso, nossa, de, do, da, em, no, na, o, a, os, as, sênior, senior, política, esportes, chefe, adjunto, adjunta, e
it: nostro, nostra, il, la, i, di, da, del, della, speciale, sportivo, politico, responsabile, capo, vice, sport, esteri, interni, cronaca, economia, spettacoli, cultura, politica
nl: onze, van, de, het, freelance, politiek, senior, vaste, binnenland, buitenland, economie, sport, cultuur, media, regio
sv: vår, våra, av, i, politisk, chef, ansvarig, biträdende, frilansande
da: vores, af, i, politisk, ansvarshavende
nb: vår, av, i, politisk, ansvarlig
pl: nasz, specjalny, w, naczelny, zastępca, redaktor
cs: náš, zvláštní, v, šéf, naše
hu: saját, helyi, a, az
ro: nostru, special, senior, al, de
el: ειδικός, της, του, μας, στο, στη, στην, πολιτικός, πολιτική
tr: özel, köşe, spor, ekonomi, genel, yayın, baş, sorumlu, kıdemli
ru: специальный, собственный, наш, политический, главный, шеф, старший, выпускающий, военный, спортивный, ведущий, научный, внештатный
uk: спеціальний, власний, наш, політичний, головний, шеф, старший, військовий
bg: специален, наш, главен, собствен
he: ה, שלנו, צבאי, מדיני, פוליטי, ראשי
ar: خاص, الخاص, أول, سياسي, رياضي, خاصة
hi: वरिष्ठ, विशेष, प्रमुख, मुख्य, हमारे, निज, ब्यूरो
bn: নিজস্ব, বিশেষ, জ্যেষ্ঠ, স্টাফ, জেলা, উপজেলা, সিনিয়র
id: senior, kami, tim, khusus
""".strip()

# Collective signatures. Alone they are no author; with the name of an outlet they are the outlet.
DESKS = """
en: opinion, opinions, sports, politics, business, lifestyle, entertainment, technology, commentary, analysis, explainer, features, loading, staff, wire services, wire reports, news agencies, desk, team, newsroom, bureau, board, editorial, crew, reports, report, admin, administrator, anonymous, unknown, agencies, agency, wires, wire, services, service, department, office, correspondents, others, other, author, authors
en: guest, user, root, webmaster, info, press release, sponsored, sponsor, noreply, no-reply, n/a, none, null, undefined, test, default, system, bot, various, sources, source, advertorial, partner, partners, promoted, newsdesk, webdesk, our, combined, compiled, contributed, submitted, courtesy, syndicated, content, studio, studios
en: publisher, poster, superadmin, super, site, website, editors, contributors, members, reader, readers, letters, obituaries, obituary, announcement, uncredited, letter, n.a., staffer, staffers, colleagues, more, 1 other, internal, demo
de: redaktion, *redaktion, *redaktionsteam, redaktionsteam, *redaktionen, red, red., agentur, agenturen, online-redaktion, nachrichtenredaktion, nachrichtenagenturen, leser, leserbrief, gastbeitrag, gastautor, gastautorin, anzeige, pressemitteilung, onlineredaktion, autorenteam, mit agenturen, eigenbericht, team, unbekannt, material, mitteilung, mit agenturmaterial, agenturmaterial, er, presse
fr: rédaction, la rédaction, rédaction web, service, agences, agence, équipe, anonyme, invité, communiqué, tribune, collectif, web, avec agences, la redaction, redaction, notre rédaction, admin, contributeur, contributrice, publi-rédactionnel, publicité, auteur, inconnu
es: redacción, redaccion, agencias, agencia, equipo, editorial, colaboradores, invitado, anónimo, comunicado, servicios, administrador, nota de redacción, redacción digital, staff, publirreportaje, especial, autor, sin firma, corresponsalía, cartas, lectores, mesa digital, mesa de redacción
pt: redação, da redação, redacção, agências, agência, equipe, equipa, assessoria, editorial, convidado, anónimo, anônimo, administrador, colaboração, conteúdo, do, da, comunicação, publieditorial, leitor, agencias, plantão, autor
it: redazione, la redazione, redazione online, agenzie, agenzia, comunicato, stampa, redazionale, ospite, anonimo, lettera, lettere, amministratore, redazione web, web, red, autore, sponsorizzato, collaboratori
ca: redacció, la redacció, agències, equip
gl: redacción, axencias
is: ritstjórn, ritstjórnin, fréttastofa, blaðamenn
eu: erredakzioa, agentziak
nl: redactie, *redactie, de redactie, agentschappen, persbureaus, nieuwsdienst, gastauteur, lezer, eigen berichtgeving, onze, advertorial, ingezonden, webredactie, persbericht, anoniem, team
af: redaksie, personeel
sv: redaktionen, redaktion, *redaktionen, nyhetsdesken, insändare, gästskribent, ledarredaktionen, webbredaktionen, debatt, sportredaktionen, okänd, nyhetsbyrån, annons, nyhetsbyråer, reporter
da: redaktionen, redaktion, *redaktionen, nyhedsdesk, bureauer, læserbrev, gæsteskribent, anonym, nyhedsbureauer, debat, annonce
nb: redaksjonen, redaksjon, *redaksjonen, nyhetsdesken, leserinnlegg, vaktsjef, debatt, nyhetsbyrå, gjesteskribent, annonsør, desken
fi: toimitus, *toimitus, lukija, vieraskynä, uutistoimitus, deski, verkkotoimitus, mielipide, tiedote, uutisdeski
et: toimetus, uudistetoimetus, *toimetus, lugeja
lv: redakcija, ziņu, aģentūras, ziņu redakcija
lt: redakcija, skaitytojas, naujienų, užsakymas, inf., informacija
pl: redakcja, redakcja online, red., oprac., czytelnik, agencje, komunikat, materiał, prasowy, partnera, sponsorowany, artykuł, autor, serwis, materiały, zespół, brak, gość
cs: redakce, čtenář, tisková, zpráva, agentury, online, kolektiv, komerční, sdělení, inzerce, host, zdroj, tým, autor, externí, pr
sk: redakcia, agentúry, čitateľ, redakcie, tlačová, správa, externý, autor
sl: uredništvo, redakcija, agencije, bralec
hr: redakcija, uredništvo, agencije, čitatelj, desk, portal, promo
sr: redakcija, агенције, редакција, agencije
mk: редакција, агенции
sq: redaksia, agjenci, redaksi
hu: szerkesztőség, hírügynökség, olvasó, olvasónk, szerk, szerk., hirdetés, támogatott, tartalom, online, stáb, szerkesztőségi, pr-cikk, névtelen
ro: redacția, redactia, redacţia, agenții, cititor, comunicat, echipa, redacție, invitat, advertorial, agenţii, editorial, știri
el: σύνταξη, συντακτική, ομάδα, πρακτορεία, δελτίο, τύπου, επισκέπτης, αναγνώστης, newsroom, σύνταξης, αίθουσα, διαχειριστής, συντακτών, γραφείο, συντάκτες
tr: haber, merkezi, haber merkezi, editör, ajanslar, dış, haberler, servisi, okur, yönetici, yazı, işleri, bülteni, masası, ekibi, spor, misafir, yazar, dijital, internet, kültür, sanat, ekonomi, advertorial
az: redaksiya, xəbər, mərkəzi
ru: редакция, ред., агентства, пресс-служба, администратор, гость, читатель, служба, новостей, отдел, аноним, реклама, редакции, новости, пресс-релиз, админ, корр., собинф, соб., инф., партнёрский, материал, партнерский, интернет-редакция
uk: редакція, агенції, пресслужба, прес-служба, адміністратор, читач, служба, новин, відділ, реклама, редакції, новини, прес-реліз, гість, адмін, пресреліз, стрічка
be: рэдакцыя, служба
bg: редакция, агенции, пресцентър, екип, екипът, читател, реклама, отдел, нюзрум, администратор, гост, редакцията
ka: რედაქცია, რედაქტორი
hy: խմբագրություն
he: מערכת, המערכת, סוכנויות, סוכנויות הידיעות, כתבי, כתבינו, דסק, חדשות, סוכנויות ידיעות, שירות, גולש, אורח, הדסק, דובר, צוות, מנהל, מקודם, תוכן, שיווקי, ידיעות, דסק חדשות, שליחנו, כתבנו
ar: التحرير, هيئة التحرير, هيئة, وكالات, الوكالات, فريق, قسم, مراسلنا, غرفة الأخبار, متابعات, متابعة, مكتب, أسرة, رئاسة, خاص, مراسلون, أخبار, الأخبار, إدارة, الموقع, ضيف, مجهول, مدير, المدير, وكالة, صحف, موقع, الترجمة, أسرة التحرير, محررون, المحررون, رصد, تحرير, منوعات, رياضة, اقتصاد, سياسة, محليات, ثقافة
fa: تحریریه, سردبیر, گروه, سرویس, هیات, هیئت, تحریریه, خبرگزاری, خبرگزاری‌ها, مدیر, سایت, ادمین, خبر, بین‌الملل, سیاسی, اجتماعی, اقتصادی, خبری, روابط, عمومی, کاربر, آنلاین, مهمان, ناشناس
ur: ڈیسک, ویب ڈیسک, نیوز ڈیسک, ویب, نیوز, ایجنسیاں, ادارہ, اسٹاف رپورٹر, اسٹاف, مانیٹرنگ, نمائندہ, خصوصی, اداریہ, اسپورٹس, ایجنسی, انٹرنیشنل, رپورٹ
hi: डेस्क, टीम, एजेंसी, न्यूज, न्यूज़, ब्यूरो, संवाददाता, समाचार, वेब, ऑनलाइन, डिजिटल, एजेंसियां, नेटवर्क, संवाद, सूत्र, कार्यालय, हमारे, निज, स्पोर्ट्स, एंटरटेनमेंट, बिजनेस, नेशनल, एजुकेशन, लाइफस्टाइल, अज्ञात, एडमिन, स्टाफ, संपादकीय, एजेंसियाँ, नेशनल डेस्क, वेब डेस्क, विशेष
mr: प्रतिनिधी, टीम, डेस्क, वृत्तसंस्था, ऑनलाइन, विशेष, खास
ne: संवाददाता, टोली, डेस्क
bn: ডেস্ক, নিজস্ব, প্রতিবেদক, প্রতিনিধি, সংবাদদাতা, অনলাইন, স্টাফ, রিপোর্টার, আন্তর্জাতিক, খেলা, বিনোদন, স্পোর্টস, বার্তা, সংস্থা, ওয়েব, নিউজ, ডিজিটাল, সম্পাদকীয়, বিশেষ, সংবাদ
ta: டெஸ்க், செய்திப்பிரிவு, செய்தியாளர், நிருபர், குழு
te: డెస్క్, ప్రతినిధి, టీం, బృందం
kn: ಡೆಸ್ಕ್, ಪ್ರತಿನಿಧಿ, ತಂಡ
ml: ഡെസ്ക്, ലേഖകൻ, സ്വന്തം, പ്രതിനിധി
gu: ડેસ્ક, ટીમ, પ્રતિનિધિ
pa: ਡੈਸਕ, ਬਿਊਰੋ, ਟੀਮ
th: กองบรรณาธิการ, ผู้สื่อข่าว, ทีมข่าว, ผู้ดูแลระบบ, ฝ่ายข่าว, แอดมิน, ศูนย์ข่าว, กองบก., ข่าวออนไลน์, ผู้สื่อข่าวภูมิภาค, ทีมงาน, โต๊ะข่าว, บรรณาธิการ, รายงาน
vi: ban biên tập, tòa soạn, toà soạn, nhóm phóng viên, nhóm pv, pv, ctv, phóng viên, tổng hợp, bbt, btv, cộng tác viên, bạn đọc, ban, biên tập, ban thời sự
id: redaksi, tim redaksi, tim, admin, agensi, sumber, staf, desk, news, liputan, humas, berbagai, biro, antara lain, tamu, pembaca, advertorial, administrator
ms: redaksi, agensi, pengarang, unit, meja, berita, wartawan, kakitangan, sidang, sumber, kolumnis, oleh
fil: patnugutan, newsroom, kawani
sw: mwandishi wetu, mwandishi, wetu, wahariri, mhariri, timu
zh: 编辑部, 編輯部, 本报记者, 本報記者, 记者, 記者, 小编, 小編, 本报讯, 本報訊, 编辑, 編輯, 综合, 綜合, 综合报道, 綜合報導, 国际组, 國際組, 评论员, 本报评论员, 匿名, 佚名, 网友, 編輯台, 新聞中心, 新闻中心, 即時新聞, 即时新闻, 綜合外電, 外電, 國際中心, 社會中心, 政治中心, 娛樂中心, 体育中心, 體育中心, 財經中心, 生活中心, 記者群, 管理员, 管理員, 本刊記者, 本刊记者, 社论, 社論, 特约评论员, 综合外电, 新媒体, 采访组, 地方中心, 网络编辑, 本社, 讯, 訊, 本网, 本網
ja: 編集部, 取材班, 社説, 記者, 匿名, 特別取材班, 本紙記者, 社会部, 政治部, 経済部, 運動部, 文化部, 外信部, 国際部, 写真部, 地方部, 論説室, デスク, スタッフ, 編集委員会, 管理者, 運営, ニュース編集部, 報道部, 生活部, 科学部, 編集局, 公式, 無署名, ニュース班, 編集スタッフ, 社説・論説
ko: 기자, 편집국, 온라인뉴스팀, 편집부, 디지털뉴스팀, 디지털뉴스부, 온라인뉴스부, 인터넷뉴스팀, 논설위원실, 사설, 취재팀, 뉴스팀, 편집자, 관리자, 보도국, 온라인팀, 온라인이슈팀, 뉴미디어팀, 특별취재팀, 운영자, 디지털팀, 국제부, 사회부, 경제부, 정치부, 문화부, 연예팀, 스포츠팀, 디지털뉴스국, 온라인편집부, 뉴스룸, 뉴스센터, 국제뉴스팀
""".strip()

# In a name of two or more words these mark an organisation. Those of `weak` are also family names and count only
# in names of three or more words, or after The, Daily, Evening, Morning, Sunday.
ORGANISATIONS = """
strong: feeds, feed, inputs, news, times, tribune, herald, gazette, agency, newsroom, network, media, magazine, redaktion, agentur, agence, agencia, agência, agenzia, service, services, wire, daily, weekly, radio, television, university, institute
strong: foundation, inc, inc., ltd, ltd., gmbh, corporation, corp, corp., committee, llc, plc, ag, association, federation, enquirer, inquirer, telegram, chronicle, examiner, dispatch, sentinel, observer, advertiser, ledger, bulletin
strong: telegraph, courier, zeitung, tageblatt, rundschau, anzeiger, nachrichten, tagblatt, allgemeine, kurier, abendblatt, morgenpost, volksstimme, rundfunk, presseagentur, nachrichtenagentur, fm, tv, channel, newspaper, newspapers
strong: newswire, broadcasting, publishing, publications, press-service, digital, online, ministry, department, government, council, commission, police, office, bank, university, college, school, hospital, museum, society, union, party
strong: club, center, centre, group, team, staff, desk, communications, relations, productions, studios, entertainment, sports, review, insider, report, reports, blog, weather, finance, business, health, today, live, world, express
strong: journal, noticias, notícias, diario, diário, prensa, periódico, gaceta, jornal, folha, correio, gazeta, revista, radio, rádio, televisión, televisão, editorial, redacción, redação, gazzetta, corriere, giornale, messaggero
strong: quotidiano, notizie, dagblad, nieuws, krant, courant, nieuwsblad, tidning, tidningen, nyheter, avis, avisen, tidende, bladet, uutiset, sanomat, lehti, gazeta, dziennik, agencja, wiadomości, deník, noviny, zprávy, rozhlas
strong: hírek, lap, ziar, ziarul, știri, agenția, газета, новости, вести, агентство, радио, известия, новини, агенція, журнал, вісник, телеканал, ajansı, ajans, haber, gazetesi, haberler, radyo, televizyonu, εφημερίδα, νέα, ειδήσεις
strong: πρακτορείο, वार्ता, समाचार, न्यूज, न्यूज़, टाइम्स, टीवी, নিউজ, সংবাদ, أخبار, صحيفة, وكالة, جريدة, قناة, موقع, إذاعة, وزارة, خبرگزاری, روزنامه, חדשות, עיתון, ערוץ, báo, thông tấn xã, berita, harian, kantor, koran, kementerian
strong: ministère, ministerio, ministério, ministero, ministerium, université, universidad, universidade, università, universität, universiteit, universitet, uniwersytet, institut, instituto, istituto, fundación, fundação, fondation
strong: fondazione, stiftung, asociación, associação, association, associazione, verein, verband, gemeinde, stadt, polizei, feuerwehr, polizeiinspektion, polizeipräsidium, bundesministerium, landkreis, kreis, mairie, collectif, comité
strong: newsdesk, webdesk, volunteers, alliance, coalition, initiative, project, lab, labs, systems, technologies, solutions, software, consulting, partners, holdings, co., exchange, securities, research, intelligence
strong: academy, authority, bureau, board, campaign, embassy, exchange, forum, hub, library, league, organisation, organization, parliament, programme, program, trust, journalists, writers, editors, collective, contributors
strong: unlimited, archives, archive, gaming, games, guide, bible, planet, spotlight, pulse, buzz, tech, crypto, bitcoin, football, soccer, fans, nation, politics, science, motors, auto, wired, watch, headlines, newsline, info
ends: verband, verbandes, ministerium, gesellschaft, institut, zeitung, stiftung, universität, hochschule, klinikum, zentrum, behörde, präsidium, pressestelle, redaktion, nachrichten, tageblatt, rundfunk
ends: förbundet, förbund, tidningen, tidning, universitetet, myndigheten, bolaget, forbundet, forbund, avisen, ministeriet, direktoratet, liitto, yhdistys, säätiö, yliopisto, virasto, ministeriö, nieuwsdienst, universiteit, vereniging
strong: amt, bundesamt, landesamt, landratsamt, standesamt, umweltbundesamt, jobcenter, agence, office, direction, secretaría, secretaria, consejo, consiglio, conselho, conseil, comisión, comissão, commissione, ayuntamiento, prefeitura, comune, gobierno
strong: governo, gouvernement, regierung, landesregierung, bundesregierung, senat, sénat, senado, bundestag, landtag, parlament, ausschuss, kammer, handwerkskammer, kirche, bistum, erzbistum, caritas, diakonie, gewerkschaft, partei, fraktion
weak: company, stock, church, line, post, star, press, sun, mail, bee, page, day, young, record, register, standard, citizen, leader, mercury, argus, advocate, beacon, call, democrat, republican, eagle, echo, monitor, patriot, pilot, statesman, spectator, voice, globe
weak: mirror, independent, guardian, banner, bugle, crier, pioneer, progress, recorder, reflector, reporter, republic, reveille, item, index, transcript, intelligencer, journal-constitution, constitution, free, light, argonaut, era, sentinel-record, plain, dealer
weak: tageszeitung, presse, welt, spiegel, bild, blick, echo, post, bote, mondo, mundo, país, monde, figaro, matin, soir, gids, blad, posten, kuriren, correspondenten, allehanda, kanal, studio
""".strip()

OUTLET_STARTS = """
daily, evening, morning, sunday, weekly, radio, tv, kanal, канал, телеканал, газета, агентство, journal, le, la, les, el, los, il, lo, der, die, das, the, de, het, η, το, τα, o, a, os, as
""".strip()

# Desk words that make the words beside them the signature of an outlet: "Chicago Tribune staff".
SIGNATURE_DESKS = """
staff, desk, team, newsroom, bureau, board, crew, redaktion, rédaction, redaction, redacción, redaccion, redação, redazione, redacció, redactie, redaktionen, redaksjonen, toimitus, redakcja, redakce, redakcia, redakcija, uredništvo
redacția, szerkesztőség, редакция, редакція, редакцията, σύνταξη, merkezi, servisi, מערכת, تحریریه, تحرير, डेस्क, ब्यूरो, टीम, ডেস্ক, ڈیسک, টিম, டெஸ்க், డెస్క్, डेस्क, redaksi, correspondents, staffers, editors, reporters, equipe, équipe, equipo, webteam, team
""".strip()

# Joined to a Chinese, Japanese, Korean or Thai name without a space.
GLUED_BEFORE = """
本报记者, 本報記者, 新华社记者, 新華社記者, 中新社记者, 特约记者, 特約記者, 实习记者, 實習記者, 本网记者, 本刊记者, 記者, 记者, 通讯员, 特派員, 编辑, 編輯, 主笔, 作者, 撰文, 責任編輯, 责任编辑, ライター, 취재기자, 기자, 특파원, โดย, นาย, นางสาว, นาง, ผู้เขียน, 攝影, 摄影, 文字, 實習編輯
""".strip()
GLUED_AFTER = """
編集委員, 論説委員, 専門記者, 特派員, 通信員, 記者, 记者, 解説委員, 編集長, 教授, 准教授, 名誉教授, 博士, 弁護士, 医師, さん, 氏, 報導, 报道, 報道, 綜合報導, 综合报道, 編譯, 编译, 編輯, 编辑, 撰文, 撰稿, 整理, 専門家, ライター, ジャーナリスト, 記, 特稿, 專訪, 摄, 攝
선임기자, 인턴기자, 수습기자, 객원기자, 전문기자, 대기자, 기자, 특파원, 논설위원, 편집위원, 편집국장, 논설실장, 교수, 앵커, 아나운서, 리포터, 에디터, 칼럼니스트, 부장, 팀장, 국장, 위원, 작가, 씨, 님, 변호사, 전문위원, 통신원, 데스크, 사진기자
""".strip()
# Ends of names of organisations in these scripts.
GLUED_ORGANISATIONS = """
新聞, 新聞社, 通信, 通信社, 通訊社, 通讯社, 社, 报, 報, 日报, 日報, 晚报, 晚報, 网, 網, 电视台, 電視台, 電視, 电视, 电台, 電台, 放送, テレビ, 新闻, 周刊, 週刊, 中心, 委員会, 委员会, 大学, 大學, 協会, 公司, 株式会社, 編集部, 编辑部, 編輯部, 取材班, オンライン, ニュース, 編集局, 时报, 時報, 客户端, 研究所, 研究院, 政府, 广播, 廣播, タイムズ
デジタル, 部, 局, 组, 組, 班, チーム, グループ, クラブ, プレス, ジャーナル, ポスト, マガジン, 사, 신문, 신문사, 일보, 뉴스, 방송, 통신, 통신사, 대학교, 협회, 팀, 경제, 타임즈, 저널, 미디어, 편집국, 편집부, 뉴스룸, 위원회, 연구소, 재단, 스포츠, ออนไลน์, นิวส์, ทีวี
""".strip()
