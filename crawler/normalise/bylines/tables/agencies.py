"""Data: news agencies and well-known newspapers, in the forms that bylines print.

Compared in folded case, without points, dashes and a leading article. An agency alone is an author; after a
person it is the organisation of the person.
"""

# ruff: noqa: E501  (one language or family of words a line)

from __future__ import annotations

AGENCIES = """
ap, associated press, ap news, a p, aptn, reuters, thomson reuters, reuters news, reuters staff, reuters health, afp, agence france presse, afp news
afprelaxnews, afp relaxnews, relaxnews, upi, united press international, bloomberg, bloomberg news, dow jones, dow jones newswires, pa, pa media
pa news, pa news agency, press association, pa wire, pa sport, cp, canadian press, la presse canadienne, aap, australian associated press, nzme
pti, press trust of india, ani, asian news international, ians, indo asian news service, uni, pti news, ani news, hindusthan samachar, bhasha
dpa, deutsche presse agentur, dpa international, dpaafx, dpa afx, dpa tmn, dpa infocom, dpainfocom, epd, kna, sid, sport informations dienst, dts
dts nachrichtenagentur, ots, news aktuell, afp deutschland, ddp, dapd, ap deutschland, apa, austria presse agentur, apa ots, sda, keystone sda, awp
ats, keystone ats, agence télégraphique suisse, schweizerische depeschenagentur, belga, agence belga, anp, novum, ansa, adnkronos, agi, askanews
lapresse, italpress, radiocor, ansa it, dire, agenzia dire, agenzia nova, nova, agensir, sir, efe, agencia efe, agencias efe, europa press, europapress
servimedia, colpisa, ep, acn, agencia sinc, sinc, lusa, agência lusa, notimex, télam, telam, na, noticias argentinas, agencia uno, aton chile, agencia brasil
agência brasil, agência estado, estadão conteúdo, estadao conteudo, folhapress, agência o globo, agencia o globo, ansa brasil, agência senado
prensa latina, avn, andina, agencia andina, agencia reforma, el universal agencia, abi, dpa español, afp español, agencia afp, gda
tt, tt nyhetsbyrån, tt reuters, tt afp, siren, nyhetsbyrån siren, direkt, ritzau, ritzaus bureau, ntb, npk, stt, stt lehtikuva, fnb, bns, elta
leta, baltic news service, pap, polska agencja prasowa, kai, iar, isb news, čtk, ctk, tasr, sita, mti, mti eco, hina, хина, срна, танјуг, бета, фонет, миа, мина, fena, srna, tanjug
beta, fonet, sta, slovenska tiskovna agencija, mia, makfax, mina, agerpres, mediafax, news ro, bta, бта, bgnes, focus, фокус, ata, atsh, ana mpa
ana, απε μπε, απε, ape mpe, aa, anadolu, anadolu agency, anadolu ajansı, anadolu ajansi, dha, demirören haber ajansı, iha, iha haber, ihlas haber ajansı
anka, anka haber ajansı, ubha, phoenix, cha, artı gerçek ajansı, igfa, apa az, azertac, azərtac, trend, turan, report
tass, itar tass, тасс, итар тасс, риа новости, ria novosti, риа, интерфакс, interfax, interfax ukraine, интерфакс украина, інтерфакс україна
регнум, росбалт, спутник, sputnik, прайм, рбк, укринформ, укрінформ, ukrinform, унн, уніан, униан, unian, белта, белта news, belta
бeлта, бєлта, казинформ, kazinform, қазақпарат, кабар, kabar, узa, uza, 24 kg, акипресс, akipress, hrt hina, арменпресс, armenpress, interpressnews
jta, itim, רויטרס, איי אף פי, איי פי, סוכנות הידיעות, סוכנות ap, ג'יי טי איי, סוכנות רויטרס, אי פי
رويترز, أ ف ب, فرانس برس, وكالة فرانس برس, ا ف ب, أسوشيتد برس, اسوشيتد برس, أ ب, أ ش أ, وكالة أنباء الشرق الأوسط, واس, وام, كونا, بنا, قنا, سانا, وفا
الأناضول, وكالة الأناضول, شينخوا, سبوتنيك, تاس, رويترز الإخبارية, د ب أ, بترا, وكالة الأنباء السعودية, وكالة أنباء الإمارات, واج, وات, وكالة المغرب العربي للأنباء, معا, وكالة معا
آكي, نوفوستي, روسيا اليوم, وكالة رويترز, إفي, الوكالة الوطنية للإعلام, واع, ومع, ونا, spa, wam, kuna, bna, qna, sana, mena, petra, wafa, map, aps, tap, nna, ona
ایسنا, ایرنا, فارس, خبرگزاری فارس, مهر, خبرگزاری مهر, تسنیم, خبرگزاری تسنیم, ایلنا, خبرگزاری صدا و سیما, باشگاه خبرنگاران جوان, میزان, ایکنا, پانا, برنا, ایمنا, شانا
رویترز, آسوشیتدپرس, خبرگزاری فرانسه, خبرگزاری ایسنا, خبرگزاری ایرنا, پژواک, اسپوتنیک, isna, irna, fars, mehr, tasnim, ilna, pajhwok
اے پی پی, آئی این پی, این این آئی, ثنا نیوز, روئٹرز, اے ایف پی, رائٹرز, app, associated press of pakistan, online news, nni, inp, ppi, apa news
एएनआई, पीटीआई, भाषा, आईएएनएस, वार्ता, यूनीवार्ता, यूएनआई, पीटीआई भाषा, एएफपी, रॉयटर्स, एपी, हिन्दुस्थान समाचार, इनपुट भाषा, रासस, आरएसएस
বাসস, ইউএনবি, রয়টার্স, এএফপি, পিটিআই, বিডিনিউজ, এপি, unb, bss, பிடிஐ, ஏஎன்ஐ, ராய்ட்டர்ஸ், పీటీఐ, ఏఎన్ఐ, പിടിഐ
antara, bernama, vna, ttxvn, thông tấn xã việt nam, tna, pna, philippine news agency, akp, kpl, mna, ไทยนิวส์, สำนักข่าวไทย, ซินหัว, สำนักข่าวซินหัว, รอยเตอร์, เอเอฟพี
xinhua, xinhua news agency, xinhua news, 新华社, 新華社, 新华网, 新華網, 中新社, 中新网, 中国新闻社, 中國新聞社, 中国新闻网, 中国新聞網, cna, 中央社, 中央通訊社, 路透社, 路透, 法新社, 美联社, 美聯社, 彭博社, 彭博
俄新社, 塔斯社, 共同社, 韩联社, 韓聯社, 德新社, 安莎社, 埃菲社, 合众国际社, 時事社, 中评社, 中評社, 香港中通社, 中通社, 中央广播电台
kyodo, kyodo news, 共同, 共同通信, 共同通信社, 時事, 時事通信, 時事通信社, jiji, jiji press, ロイター, ロイター通信, afp時事, afp通信, ap通信, ブルームバーグ, bloomberg日本語版, タス通信, 新華社通信, 聯合ニュース
時事ドットコム, 共同通信ニュース, afpbb news, afpbbニュース, cnn co jp, ラヂオプレス
yonhap, yonhap news, yonhap news agency, 연합뉴스, 연합, 뉴시스, 뉴스1, 로이터, 로이터통신, 블룸버그, afp통신, ap통신, 신화통신, 교도통신, 뉴스핌, 타스통신, 신화, dpa통신, montsame, монцамэ, bol news
ena, gna, nan, news agency of nigeria, kna kenya, ghana news agency, sapa, ziana, angop, aim, panapress, apanews, apa, suna, sonna, map express, ina, agence marocaine de presse
cnn newsource, newswire, prnewswire, pr newswire, business wire, businesswire, globe newswire, globenewswire, accesswire, ein presswire, ein news, presseportal, canada newswire, newsfile, newsfile corp
cision, zenit, ucanews, ucan, fides, agenzia fides, asianews, tribune news service, tns, tribune content agency, mcclatchy, mcclatchy newspapers, getty images, gannett, states newsroom, kaiser health news, kff health news
stacker, the conversation, propublica, city news service, bay city news, cnn wire, ips, inter press service, project syndicate, interfax azerbaijan, storyful, swns, south west news service
afp ap, ap reuters, afp reuters, apa dpa, apa afp, dpa afp, dpa ap, dpa lby, dpa lnw, dpa lno, dpa lsw, dpa lhe, xinhuanet, alliance news, sharecast, benzinga, zacks, motley fool, rttnews, econotimes, mt newswires
""".strip()

OUTLETS = """
arizona republic, tennessean, courier journal, indianapolis star, indystar, cincinnati enquirer, des moines register, detroit free press, detroit news, commercial appeal, clarion ledger, oklahoman, palm beach post, providence journal, columbus dispatch, akron beacon journal, austin american statesman
asbury park press, democrat and chronicle, florida times union, greenville news, knoxville news sentinel, lansing state journal, milwaukee journal sentinel, montgomery advertiser, naples daily news, news journal, northjersey com, poughkeepsie journal, register guard, reno gazette journal, sarasota herald tribune
savannah morning news, shreveport times, statesman journal, tallahassee democrat, telegram & gazette, worcester telegram & gazette, topeka capital journal, treasure coast newspapers, wilmington starnews, green bay press gazette, post crescent, burlington free press, coloradoan, desert sun, el paso times
erie times news, fayetteville observer, gainesville sun, hattiesburg american, jackson sun, journal & courier, lubbock avalanche journal, amarillo globe news, metrowest daily news, monroe news, news press, pensacola news journal, progress index, press & sun bulletin, rockford register star, south bend tribune
times herald record, observer dispatch, ventura county star, visalia times delta, daily journal, york daily record, star tribune, star telegram, sacramento bee, fresno bee, charlotte observer, news & observer, kansas city star, wichita eagle, idaho statesman, herald leader, tampa bay times, orlando sentinel
baltimore sun, hartford courant, philadelphia inquirer, pittsburgh post gazette, dallas morning news, san francisco chronicle, san diego union tribune, plain dealer, oregonian, star ledger, salt lake tribune, deseret news, las vegas review journal, las vegas sun, virginian pilot, richmond times dispatch
anchorage daily news, honolulu star advertiser, buffalo news, omaha world herald, st louis post dispatch, arkansas democrat gazette, atlanta journal constitution, albuquerque journal, spokesman review, post and courier, times picayune, press democrat, east bay times, orange county register, news tribune
manchester evening news, liverpool echo, birmingham mail, birmingham live, yorkshire post, yorkshire live, daily record, scotsman, herald scotland, wales online, walesonline, belfast telegraph, chronicle live, express & star, eastern daily press, irish examiner, irish mirror, edinburgh live, local democracy reporting service
bbc, bbc news, bbc sport, bbc world service, bbc mundo, bbc news mundo, bbc brasil, bbc news brasil, bbc türkçe, bbc arabic, bbc persian, bbc hindi, bbc verify, cnn, cnn business, cnn en español, cnn brasil, cnn türk, fox news, fox news digital
fox business, fox weather, msnbc, nbc news, nbc, abc news, abc, cbs news, cbs, cbs sports, pbs, npr, cnbc, usa today, axios, politico, politico europe, vox, quartz, slate, salon, vice, vice news, buzzfeed, buzzfeed news, huffpost, huffington post
business insider, insider, techcrunch, the verge, wired, ars technica, engadget, gizmodo, mashable, cnet, zdnet, computerworld, infoworld, pcmag, pc gamer, tom's hardware, venturebeat, the register, the next web, medical xpress, phys org, tech xplore
new york times, ny times, nyt, washington post, wall street journal, wsj, los angeles times, la times, chicago tribune, chicago sun times, boston globe, new york post, new york daily news, newsday, miami herald, sun sentinel, houston chronicle
seattle times, denver post, mercury news, cbc, cbc news, cbc sports, ctv news, global news, globe and mail, toronto star, national post, radio canada, guardian, the observer, independent, daily mail, mail online, mailonline, daily mirror, daily express, the sun
daily telegraph, telegraph, financial times, ft, the times, sunday times, evening standard, metro, sky news, sky sports, itv news, itv, channel 4 news, irish times, irish independent, rté, rte, rté news, euronews, euractiv, al jazeera, al jazeera english
al arabiya, al arabiya english, middle east eye, haaretz, times of israel, jerusalem post, ynet, ynetnews, walla, mako, israel hayom, the hindu, hindustan times, ht, times of india, toi, indian express, ndtv, india today, news18, zee news, wion, mint, livemint, scroll
the wire, the quint, firstpost, moneycontrol, economic times, et bureau, deccan herald, deccan chronicle, telegraph india, dawn, geo news, ary news, express tribune, daily star, prothom alo, kathmandu post, straits times, channel newsasia, today online
south china morning post, scmp, china daily, global times, cgtn, people's daily, rt, rappler, inquirer, philippine star, manila bulletin, gma news, abs cbn news, bangkok post, the nation, jakarta post, tempo, kompas, detik, detikcom, tribunnews, cnn indonesia
japan times, nikkei, nikkei asia, nhk, nhk world, asahi shimbun, mainichi, yomiuri, yomiuri shimbun, korea herald, korea times, korea joongang daily, hankyoreh, abc australia, sydney morning herald, the age, the australian, news com au, 9news, 7news, sbs, sbs news
nz herald, new zealand herald, stuff, rnz, rnz news, 1news, newshub, daily maverick, news24, mail & guardian, nation, daily nation, the east african, premium times, punch, vanguard, al ahram, people, people com, variety, hollywood reporter, the hollywood reporter, deadline
rolling stone, billboard, pitchfork, espn, yahoo, yahoo news, yahoo finance, yahoo sports, msn, aol, forbes, fortune, time, newsweek, the atlantic, the new yorker, new yorker, the new republic, the economist, foreign policy, national geographic, nature, science
the intercept, daily beast, the daily beast, the hill, daily caller, breitbart, medium, substack, lonely planet, tmz, cosmopolitan, elle, vogue, gq, esquire, mtv, nasa, dw, deutsche welle, dw news, voa, voice of america, rfe/rl, rferl, radio free europe
radio free asia, rfa, rfi, france 24, france24, france info, franceinfo, france inter, france bleu, france télévisions, tf1, tf1 info, bfmtv, bfm tv, bfm, cnews, lci, rtl, europe 1, le monde, le figaro, libération, liberation, l'équipe, l'express, le point
le parisien, les echos, la croix, l'humanité, l'obs, nouvel obs, mediapart, 20 minutes, 20min, ouest france, sud ouest, la dépêche, la dépêche du midi, le progrès, nice matin, la voix du nord, la provence, midi libre, le temps, tribune de genève, 24 heures, le soir, la libre
la libre belgique, rtbf, rts, le devoir, la presse, le journal de montréal, spiegel, der spiegel, spiegel online, stern, focus online, bild, bild de, welt, die welt, die zeit, zeit online, faz, frankfurter allgemeine zeitung, süddeutsche zeitung, sz, taz, tagesspiegel
der tagesspiegel, handelsblatt, wirtschaftswoche, manager magazin, tagesschau, ard, zdf, zdfheute, ndr, wdr, swr, mdr, br, br24, rbb, rbb24, hr, sr, dlf, deutschlandfunk, n-tv, ntv, n24, rtl news, t-online, web de, gmx, heise, heise online, golem, golem de, netzpolitik, correctiv
mopo, express, berliner zeitung, berliner morgenpost, hamburger abendblatt, der standard, die presse, kurier, kronen zeitung, krone, orf, orf at, profil, heute, nzz, neue zürcher zeitung, tages anzeiger, tagesanzeiger, blick, watson, srf, swissinfo, 20 minuten, redaktionsnetzwerk deutschland, rnd
el país, el pais, el mundo, la vanguardia, el periódico, el periodico, marca, as, diario as, sport, mundo deportivo, el confidencial, el español, eldiario es, público, la razón, 20minutos, rtve, antena 3, lasexta, cadena ser, cope, onda cero, el correo, abc es, expansión
clarín, clarin, la nación, la nacion, infobae, página 12, página/12, perfil, ámbito, tn, el universal, reforma, milenio, excélsior, excelsior, la jornada, proceso, animal político, el financiero, el tiempo, el espectador, semana, rcn, caracol, caracol radio, noticias caracol
el comercio, rpp, rpp noticias, la república, gestión, el mercurio, emol, la tercera, biobiochile, cooperativa, el nacional, el observador, el país uruguay, telemundo, univision, univision noticias, telesur, el nuevo día, cnn chile, tvn
g1, o globo, globo, globoesporte, ge, globo esporte, uol, uol notícias, folha, folha de s paulo, folha de são paulo, estadão, estadao, o estado de s paulo, r7, veja, exame, istoé, carta capital, cartacapital, band, sbt, terra, ig, metrópoles, gazeta do povo, zero hora, gzh
correio braziliense, público pt, expresso, diário de notícias, jornal de notícias, correio da manhã, observador, rtp, rtp notícias, sic, sic notícias, tsf, rr, renascença, rádio renascença, sapo, sapo24, eco, a bola, record, o jogo, tvi, cnn portugal, jn
corriere della sera, corriere, la repubblica, repubblica, la stampa, il sole 24 ore, il messaggero, il giornale, libero, il fatto quotidiano, il post, rai, rai news, rainews, rainews24, sky tg24, tgcom24, fanpage, fanpage it, open, gazzetta dello sport, la gazzetta dello sport, today
il mattino, il foglio, avvenire, huffpost italia, wired italia, nos, nu nl, de telegraaf, telegraaf, de volkskrant, volkskrant, nrc, trouw, ad, algemeen dagblad, het parool, rtl nieuws, vrt, vrt nws, de standaard, het laatste nieuws, hln, de morgen, het nieuwsblad, de tijd
svt, svt nyheter, sveriges radio, dn, dagens nyheter, svenska dagbladet, svd, aftonbladet, expressen, göteborgs posten, sydsvenskan, nrk, tv 2, tv2, vg, dagbladet, aftenposten, bergens tidende, nettavisen, e24, dr, berlingske, politiken, jyllands posten, ekstra bladet, bt, børsen
yle, yle uutiset, helsingin sanomat, hs, ilta sanomat, iltalehti, mtv uutiset, kauppalehti, ruv, rúv, mbl is, vísir, err, postimees, delfi, õhtuleht, lsm, tvnet, lrt, lrytas, 15min, onet, wp, wirtualna polska, tvn24, tvp, tvp info, rmf24, rmf fm, polsat news, gazeta wyborcza
rzeczpospolita, interia, wprost, newsweek polska, do rzeczy, money pl, novinky, novinky cz, idnes, idnes cz, aktuálně cz, seznam zprávy, čt24, český rozhlas, deník, blesk, lidovky, hospodářské noviny, sme, denník n, aktuality sk, pravda, rtvs, hvg, index, telex, 444, origo, magyar nemzet
népszava, 24 hu, blikk, portfolio, digi24, hotnews, hotnews ro, g4media, adevărul, libertatea, mediafax ro, pro tv, protv, antena 3 cnn, realitatea, evz, dnevnik, btv, nova tv, 24 chasa, index hr, jutarnji list, večernji list, 24sata, n1, rts srbija, blic, kurir, b92, politika, danas, delo, rtv slo
kathimerini, καθημερινή, η καθημερινή, τα νέα, το βήμα, πρώτο θέμα, ναυτεμπορική, σκάι, ερτ, in gr, news247, newsbeast, iefimerida, hürriyet, hurriyet, milliyet, sabah, sözcü, cumhuriyet, habertürk, haberturk, trt, trt haber, t24, bianet, evrensel, birgün, yeni şafak, posta, ntv türkiye
коммерсантъ, коммерсант, ведомости, известия, лента ру, lenta ru, газета ру, gazeta ru, медуза, meduza, новая газета, комсомольская правда, кп, аиф, мк, rt на русском, bbc news русская служба, русская служба би-би-си, эхо москвы, дождь, фонтанка, фонтанка ру, российская газета, первый канал, вести, нтв
українська правда, лівий берег, суспільне, радіо свобода, радио свобода, нв, цензор нет, тсн, бабель, громадське, дзеркало тижня, еспресо, 24 канал, дневник, капитал, капитал бг, дир бг, мили, блиц, б92, политика, блиц рс, данас, вести рс
人民日报, 人民日報, 人民网, 央视新闻, 央视, 央视网, 环球时报, 環球時報, 环球网, 澎湃新闻, 新京报, 南方周末, 南方都市报, 财新, 财新网, 第一财经, 界面新闻, 中国青年报, 光明日报, 经济日报, 北京日报, 解放日报, 文汇报, 观察者网, 凤凰网, 新浪, 新浪财经, 腾讯新闻, 网易, 搜狐, 36氪
聯合報, 聯合新聞網, 中國時報, 中時新聞網, 自由時報, 蘋果日報, 風傳媒, 三立新聞網, 東森新聞, tvbs, ettoday, ettoday新聞雲, 明報, 東方日報, 星島日報, 香港電台, rthk, 端傳媒, 報導者, 公視, 中廣, now新聞, 香港01, bbc中文, 德国之声, 美国之音, 自由亚洲电台
朝日新聞, 朝日新聞社, 朝日新聞デジタル, 読売新聞, 読売新聞オンライン, 毎日新聞, 産経新聞, 産経ニュース, 日本経済新聞, 日経新聞, 日経, 東京新聞, 中日新聞, 北海道新聞, 西日本新聞, 神戸新聞, 京都新聞, 中国新聞, 琉球新報, 沖縄タイムス, nhkニュース, nhk, 日テレ, tbs, フジテレビ, テレビ朝日, 日刊スポーツ
スポーツ報知, スポニチ, サンスポ, デイリースポーツ, 東スポ, 文春オンライン, 東洋経済オンライン, 現代ビジネス, ダイヤモンド・オンライン, ハフポスト日本版, マイナビニュース, itmedia, オリコンニュース, 日刊ゲンダイ, 週刊文春, 婦人公論, モデルプレス
조선일보, 중앙일보, 동아일보, 한겨레, 경향신문, 한국일보, 서울신문, 국민일보, 세계일보, 문화일보, 매일경제, 한국경제, 머니투데이, 이데일리, 아시아경제, 헤럴드경제, 오마이뉴스, 프레시안, kbs, mbc, ytn, jtbc, sbs뉴스, 노컷뉴스, 스포츠조선, osen, 디지털데일리, 전자신문
الجزيرة, الجزيرة نت, العربية, العربية نت, سكاي نيوز عربية, بي بي سي, بي بي سي عربي, الشرق الأوسط, الأهرام, بوابة الأهرام, اليوم السابع, المصري اليوم, الوطن, الشروق, عكاظ, الرياض, الحياة, النهار, القدس العربي, العربي الجديد, روسيا اليوم rt, دويتشه فيله, فرانس 24, مونت كارلو الدولية, البيان, الخليج, الاتحاد, سبق, هسبريس
بی‌بی‌سی فارسی, بی بی سی فارسی, رادیو فردا, صدای آمریکا, ایران اینترنشنال, همشهری, همشهری آنلاین, شرق, اعتماد, ایران, کیهان, خبرآنلاین, تابناک, عصر ایران, مشرق, دنیای اقتصاد, دویچه وله فارسی, ورزش سه, بی بی سی اردو, بی بی سی, جنگ, ایکسپریس نیوز, جیو نیوز, ڈان نیوز, اے آر وائی نیوز
הארץ, ידיעות אחרונות, מעריב, ישראל היום, וואלה, גלובס, כלכליסט, דה מרקר, כאן, כאן חדשות, מאקו, n12, חדשות 13, גלי צה"ל, כיכר השבת, סרוגים, ערוץ 7
दैनिक भास्कर, अमर उजाला, दैनिक जागरण, जागरण, नवभारत टाइम्स, हिन्दुस्तान, लाइव हिन्दुस्तान, जनसत्ता, आज तक, एनडीटीवी, एबीपी न्यूज़, एबीपी न्यूज, ज़ी न्यूज़, बीबीसी, बीबीसी हिंदी, बीबीसी न्यूज़ हिंदी, टीवी9, न्यूज18, पत्रिका, लोकसत्ता, लोकमत, महाराष्ट्र टाइम्स, सकाळ
প্রথম আলো, কালের কণ্ঠ, যুগান্তর, ইত্তেফাক, সমকাল, বিবিসি বাংলা, আনন্দবাজার পত্রিকা, আনন্দবাজার অনলাইন, এই সময়, বিডিনিউজ টোয়েন্টিফোর ডটকম, ডয়চে ভেলে, dinamalar, தினமலர், தினத்தந்தி, தினமணி, பிபிசி தமிழ், ఈనాడు, సాక్షి, మలയാള മനോരമ, മാതൃഭൂമി
ไทยรัฐ, ไทยรัฐออนไลน์, มติชน, มติชนออนไลน์, ข่าวสด, เดลินิวส์, ผู้จัดการออนไลน์, กรุงเทพธุรกิจ, ประชาไท, ไทยพีบีเอส, บีบีซีไทย, vnexpress, tuổi trẻ, tuổi trẻ online, thanh niên, dân trí, vietnamnet, zing, zing news, znews, lao động, tiền phong, vov, vtv, vietnam+, vietnamplus, nhân dân, người lao động, pháp luật
berita harian, utusan malaysia, sinar harian, the star, malaysiakini, astro awani, harian metro, antara news, republika, media indonesia, liputan6, liputan6 com, merdeka com, jawa pos, okezone, suara com, viva, kumparan, tirto, sindonews, cnbc indonesia, nation media group, mwananchi, taifa leo, bbc swahili
ipsos, yougov, cleveland com, nj com, al com, mlive, masslive, oregonlive, pennlive, syracuse com, silive, lehighvalleylive, nba com, nfl com, mlb com, nhl com, wwe, nascar, nascar com, nascar wire service, comicbook, ign, kotaku, polygon, gamespot, eurogamer, screen rant, collider, game rant, cbr, gamesradar
apartment therapy, the kitchn, bon appétit, epicurious, food network, delish, eater, allrecipes, webmd, healthline, verywell, investopedia, bankrate, nerdwallet, the motley fool, kiplinger, marketwatch, barron's, seeking alpha, thestreet, the penny hoarder, coindesk, cointelegraph, decrypt, the block
""".strip()
