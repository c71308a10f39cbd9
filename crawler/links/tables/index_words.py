"""Words in addresses of pages that list stories: tags, sections, authors, archives, search. One language a line."""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

# A folder of this name holds lists, one a segment: `/tag/climate`.
LISTS = frozenset(
    """
    tag tags tagged topic topics theme themes category categories cat section sections subject subjects
    keyword keywords
    label labels hashtag hashtags channel channels archive archives collection collections hub hubs search
    find results
    series listing list lists page index dossier dossiers special specials issue issues collectie
    collecties places people person
    organisation
    thema themen rubrik rubriken kategorie kategorien schlagwort schlagworte schlagwoerter stichwort archiv
    suche seite
    ressort ressorts serie serien orte
    theme themes sujet sujets rubrique rubriques categorie mot-cle mots-cles recherche etiquette personnalite
    tema temas etiqueta etiquetas categoria seccion secciones buscar busqueda archivo hemeroteca pagina
    noticias-de
    assunto assuntos secao secoes editoria editorias busca arquivo topicos tudo-sobre
    argomento argomenti categorie sezione sezioni ricerca cerca archivio temi
    onderwerp onderwerpen rubriek rubrieken zoeken archief dossiers
    amne amnen emne emner etikett sok arkiv aihe aiheet avainsana haku arkisto kategori kategorier stikord tema
    temat tematy kategoria kategorie kategorii szukaj archiwum tagi stitek stitky stitok tema temata rubrika
    rubriky hledat
    cimke cimkek kategoria kereses archivum eticheta etichete cautare arhiva
    tag etiket etiketler konu konular kategori arama arsiv haberleri
    topik kategori indeks terpopuler label chu-de tu-khoa chuyen-muc danh-muc tim-kiem
    тег теги метка рубрика рубрики категория категории тема темы сюжет сюжеты поиск архив раздел
    theme rubric rubrics razdel temy syuzhet tegi poisk
    тема теми категорія рубрика пошук архів
    ετικέτα ετικετες κατηγορία θέμα αναζήτηση etiketa katigoria
    وسم وسوم تصنيف تصنيفات قسم موضوع بحث الأرشيف أرشيف
    برچسب دسته موضوع تگ תגית תגיות קטגוריה נושא חיפוש
    टैग विषय श्रेणी खोज แท็ก หมวดหมู่ ค้นหา
    标签 专题 分类 频道 搜索 栏目 標籤 專題 分類 タグ カテゴリ カテゴリー 特集 検索 태그 카테고리 검색
    """.split()
)
# A folder of this name holds people who write.
AUTHORS = frozenset(
    """
    author authors by byline bylines contributor contributors columnist columnists writer writers staff
    profile profiles
    journalist journalists reporter reporters correspondent correspondents team our-team user users member
    members
    autor autoren autorin autoren-profile redakteur redakteure redaktion profil impressum-autoren
    auteur auteurs journaliste journalistes signataire signatures plume
    autores autora autoras firmas firma perfil periodista periodistas columnistas redactor
    autori autore firme giornalista giornalisti redattore jornalista jornalistas colunista colunistas
    auteurs redacteur skribent skribenter forfatter journalister kirjoittaja kirjoittajat toimittaja
    autorzy autor dziennikarz redaktor szerzo szerzok autori
    yazar yazarlar muhabir penulis tac-gia
    автор авторы автори журналист avtor avtory author_name
    συντάκτης συντακτης arthrografos
    كاتب كتاب الكاتب مؤلف نویسنده כותב כתב
    लेखक ผู้เขียน 作者 记者 記者 執筆者 기자
    """.split()
)
# A page of this name, or all below a folder of this name, is a service of the newspaper and no story.
SERVICES = frozenset(
    """
    about aboutus about-us contact contacts contactus contact-us contact_us privacy privacypolicy terms
    termsofuse tos
    legal imprint cookies cookie cookie-policy disclaimer copyright accessibility faq faqs help support
    sitemap site-map
    feedback masthead ethics corrections standards editorial-policy
    login log-in logout signin sign-in signup sign-up register registration account myaccount my-account auth
    oauth sso
    profile-settings password subscribe subscription subscriptions subscriber membership donate donation
    support-us
    newsletter newsletters alerts notifications e-mail email rss feed feeds app apps mobile-apps podcast
    podcasts
    advertise advertising advertisers adverts media-kit mediakit media-kits jobs careers career work-with-us
    classifieds
    marketplace shop store merch events-calendar calendar tickets competitions coupons coupon vouchers deals
    epaper e-paper digital-edition print-edition replica tv-guide tv-listings listings tv-schedule schedule
    programme
    weather horoscope horoscopes crossword crosswords sudoku puzzles puzzle games game quizzes lottery comics
    stocks quotes quote ticker currency rates scores fixtures standings results table tables livescore
    share sharer print send click bannerclick banner redirect goto out track bookmark bookmarks comment
    comments reply download downloads widget widgets
    wp-login wp-admin wp-content cdn-cgi
    ueber-uns uber-uns kontakt datenschutz datenschutzerklaerung impressum agb nutzungsbedingungen
    barrierefreiheit hilfe
    anmelden abmelden registrieren konto abo abos abonnement abonnieren e-paper mediadaten werbung
    stellenangebote stellenmarkt
    karriere wetter horoskop raetsel spiele gewinnspiel gewinnspiele shop gutscheine gutschein traueranzeigen
    anzeigen
    netiquette leserservice veranstaltungen tv-programm fernsehprogramm boerse kurse tabelle
    mentions-legales contactez-nous qui-sommes-nous confidentialite donnees-personnelles cgu cgv connexion
    inscription
    compte abonnement abonnements abonnez-vous s-abonner boutique emploi annonces meteo jeux mots-croises
    programme-tv
    petites-annonces annonces-legales carnet aide plan-du-site gestion-des-cookies charte
    aviso-legal contacto quienes-somos politica-de-privacidad politica-de-cookies terminos condiciones
    suscripcion
    suscripciones suscribete registro iniciar-sesion boletin boletines tiempo horoscopo juegos pasatiempos
    crucigramas
    loteria clasificados empleo tienda publicidad ayuda anunciese esquelas programacion
    contato fale-conosco quem-somos politica-de-privacidade termos-de-uso assine assinatura assinaturas
    cadastro entrar
    anuncie expediente previsao-do-tempo jogos loterias ajuda trabalhe-conosco empregos classificados
    chi-siamo contatti privacy-policy note-legali informativa abbonati abbonamenti abbonamento accedi
    registrati meteo
    oroscopo giochi pubblicita lavora-con-noi necrologie redazione scrivici
    over-ons contact-opnemen voorwaarden privacybeleid inloggen abonneren abonnementen nieuwsbrief nieuwsbrieven
    adverteren vacatures weer puzzels klantenservice colofon
    om-oss kontakta-oss kontakt-oss om-os kontakt-os tietoa-meista yhteystiedot prenumerera logga-in logg-inn
    log-ind
    abonnera tilaa kirjaudu annonsera annonser sijoita mainosta vader vaer vejr saa tietosuoja integritetspolicy
    personvern privatlivspolitik kundservice kundeservice asiakaspalvelu
    o-nas kontakty regulamin polityka-prywatnosci prenumerata zaloguj rejestracja reklama pogoda krzyzowki
    praca ogloszenia
    o-nas predplatne prihlaseni prihlasit registrace inzerce pocasi podminky ochrana-osobnich-udaju
    rolunk kapcsolat impresszum adatvedelem elofizetes bejelentkezes hirdetes mediaajanlat idojaras
    despre-noi contacteaza termeni confidentialitate abonare publicitate vremea
    hakkimizda iletisim kunye gizlilik gizlilik-politikasi kullanim-sartlari abonelik giris uye-ol reklam
    hava-durumu
    namaz-vakitleri burclar bulmaca puan-durumu fikstur canli-tv canli-yayin yayin-akisi nobetci-eczaneler doviz
    tentang-kami kontak redaksi pedoman-media-siber kebijakan-privasi karir langganan
    gioi-thieu lien-he quang-cao toa-soan dieu-khoan chinh-sach rss-feed
    o-nas o-proekte kontakty reklama redakciya podpiska vakansii pravila usloviya pogoda goroskop kursy
    контакты реклама подписка вакансии о-нас о-проекте редакция правила погода гороскоп контакти про-нас
    epikoinonia oroi-xrisis diafimisi poioi-eimaste tautotita
    اتصل-بنا من-نحن سياسة-الخصوصية الخصوصية اتصل تماس-با-ما درباره-ما צור-קשר אודות תקנון
    संपर्क हमारे-बारे-में ติดต่อเรา เกี่ยวกับเรา
    关于我们 联系我们 guanyu lianxi 会社概要 お問い合わせ kaisha toiawase gaiyou
    """.split()
)
# Names of hosts below the site that hold no stories.
HOSTS = frozenset(
    """
    abo abos account accounts ads advertise adv aide ajuda anunciantes anzeigen app apps archiv archive archives
    assinaturas auth autos billetterie boutique cars cdn chat checkout club classified classifieds
    clasificados comments
    contact corporate coupons data deals dev developer docs donate empleo emploi epaper e-paper events faq
    feed feeds forum
    forums games gewinnspiel gutschein gutscheine help hilfe hirdetes horoscope horoskop horoscopo id idp
    images img
    immo inserate jobs join jeux juegos karriere kiosk kundenservice leserservice login mail media mediadaten
    members membership
    meteo meine mein my newsletter newsletters newspaper pay payment payments photos poczta podcast podcasts
    praca puzzles
    radio recruitment register rss search shop shopping signin signup spiele sso static stellen store
    subscribe subscription
    suche support suscripciones suscripcion termine tickets tienda trauer traueranzeigen tv vacatures wallet
    weather wetter
    widgets
    """.split()
)
# A folder of this name holds what somebody paid for.
PAID = frozenset(
    """
    ad ads adv advertorial advertorials advertisement advertiser advertiser-content ad-feature brand brands
    brand-post
    brand-posts brandpost brandstudio brand-studio branded branded-content brand-content brandcontent
    brandvoice native
    native-ad paid paid-content paidcontent paid-post partner partners partner-content partnercontent
    partner-zone
    promo promoted promotion promotions publi pr sponsor sponsored
    sponsored-content
    sponsored-post sponsors sponsorship anzeige anzeigen-sonderveroeffentlichung sonderveroeffentlichung
    sonderveroeffentlichungen verlagsbeilage publireportage publirreportaje publirreportajes patrocinado
    contenido-patrocinado contenu-sponsorise contenu-partenaire espace-partenaire
    conteudo-patrocinado conteudo-de-marca especial-publicitario publieditorial contenuti-sponsorizzati
    contenuto-sponsorizzato partnerbijdrage gesponsord annonsorsinnehall annons sponsrat annonsorinnhold
    annonceindhold
    mainos kaupallinen-yhteistyo material-sponsorowany artykul-sponsorowany reklama komercni-sdeleni
    komercni-clanky
    szponzoralt-tartalom tamogatott-tartalom sponsorlu advertorial-haber tanitim-yazisi na-pravah-reklamy
    partnerskiy-material sponsor-icerik ilan resmi-ilan
    """.split()
)
# A folder of this name holds other things that have names and dates: events, jobs, offers, programmes.
OTHER_THINGS = frozenset(
    """
    event events whats-on what-s-on calendar agenda agendas termine termin veranstaltung veranstaltungen
    veranstaltungskalender evenement evenements sorties eventi evento eventos calendario kalender evenemang
    arrangementer tapahtumat wydarzenia-kalendarz akce etkinlikler etkinlik afisha ekdiloseis
    eventi-in-programma
    job jobs stellenangebote stellenmarkt stellen emploi empleo empleos vagas offerte-di-lavoro vacatures
    obituary obituaries death-notices traueranzeigen traueranzeige trauer deces avis-de-deces necrologie
    necrologio esquelas rouwberichten nekrologi classified classifieds kleinanzeigen petites-annonces
    clasificados
    product products shop store deal deals coupon coupons voucher vouchers gutschein gutscheine offer offers
    competition competitions contest contests giveaway gewinnspiel gewinnspiele concorsi-a-premi prijsvragen
    diagonismoi diagonismos sorteos konkursy
    tv-programm fernsehprogramm programme-tv programa-tv guida-tv tv-guide tv-listings tv-schedule tv-gids tv-tabla
    livestream livestreams live-tv livetv live-stream
    podcast podcasts sounds
    course courses webinar webinars whitepaper whitepapers
    horoscope horoscopes horoscopo oroscopo horoskop
    fixtures results
    standings
    isin
    """.split()
)
