"""What anchors say that name no story: read more, next, contact, log in. One language a line; compared folded."""

from __future__ import annotations

from newsdesk.crawler.documents.folding import folded

GENERIC = frozenset(
    folded(line)
    for block in """
    read more|more|see more|see all|view all|view more|show more|load more|all news|more news|full story|read
    read article
    continue reading|read the full story|read full story|click here|here|details|learn more|watch|watch now
    listen|live
    comments|comment|share|print|email|save|gallery|photos|video|next|previous|older posts|newer posts
    next page|back|home
    top|menu|search|latest|latest news|most read|trending
    weiterlesen|mehr|mehr lesen|mehr erfahren|alle|alle anzeigen|alle artikel|mehr anzeigen|zum artikel
    lesen sie mehr
    kommentare|teilen|weiter|zurück|startseite|suche|anmelden|übersicht|mehr dazu
    lire la suite|lire|plus|voir plus|voir tout|lire plus|lire l article|en savoir plus|suite|suivant
    précédent|accueil
    tout voir|toute l actualité|commentaires|partager|réagir
    leer más|leer mas|más|ver más|ver todo|ver todas|seguir leyendo|sigue leyendo|siguiente|anterior|inicio
    comentarios
    compartir|leer nota completa|ver nota|ver noticia
    leia mais|mais|ver mais|veja mais|saiba mais|ver tudo|continue lendo|próximo|próxima|comentários|ler mais
    ler artigo
    leggi tutto|leggi|leggi di più|continua|continua a leggere|altro|vedi tutti|vai all articolo|commenti
    successiva
    lees meer|meer|lees verder|bekijk alles|meer nieuws|volgende|vorige|reacties
    läs mer|läs hela|mer|visa fler|nästa|les mer|les saken|vis mer|neste|læs mere|mere|næste|lue lisää|lisää
    näytä lisää|seuraava
    czytaj więcej|czytaj dalej|więcej|zobacz więcej|zobacz wszystkie|następna|poprzednia|komentarze
    číst dále|více|celý článek|další|zobrazit více|čítať viac|viac|ďalšie|tovább|bővebben|olvass tovább
    következő|részletek
    citește mai mult|citeste tot|mai mult|vezi toate|următoarea
    devamı|devamını oku|devamını okuyun|tümü|tümünü gör|haberin devamı|sonraki|önceki|yorumlar
    selengkapnya|baca selengkapnya|baca juga|lihat semua|lainnya|berikutnya|xem thêm|xem tất cả|đọc tiếp
    chi tiết|trang sau
    читать далее|подробнее|далее|ещё|еще|все новости|читать|читать полностью|показать ещё|следующая
    комментарии|поделиться
    читати далі|докладніше|детальніше|далі|всі новини|прочети повече|още|виж всички|детаљније|више
    περισσότερα|διαβάστε περισσότερα|διαβάστε|όλα|επόμενη|δείτε περισσότερα
    اقرأ المزيد|المزيد|قراءة المزيد|تابع القراءة|التفاصيل|عرض الكل|التالي|السابق|للمزيد|اقرأ أيضا
    بیشتر|ادامه مطلب|ادامه|بعدی|קרא עוד|לכתבה המלאה|עוד|הבא|המשך קריאה
    और पढ़ें|पूरी खबर|आगे पढ़ें|सभी देखें|अधिक|और देखें
    อ่านต่อ|อ่านเพิ่มเติม|ดูทั้งหมด|เพิ่มเติม|ถัดไป
    更多|详细|详情|阅读全文|查看更多|全文|查看全部|下一页|上一页|首页|尾页|评论|分享|閱讀更多|看更多|更多新聞|下一頁|全部
    続きを読む|もっと見る|一覧|一覧へ|詳細|次へ|前へ|記事一覧|一覧を見る|次のページ
    더보기|더 보기|자세히|자세히 보기|전체보기|기사보기|다음|이전|목록
    """.strip().splitlines()
    for line in block.strip().split("|")
)
# Texts of links to lists begin so: `View all posts in Sydney`. No headline does.
_STARTS = (
    "view all ", "see all ", "show all ", "browse all ", "all posts ", "more from ", "more in ",
    "more stories ", "alle artikel ", "alle beiträge ", "alle meldungen ", "alle nachrichten ",
    "alle anzeigen", "mehr aus ", "mehr zu ", "mehr zum thema", "voir tous ", "voir toutes ",
    "tous les articles", "toutes les actualités", "ver todas ", "ver todos ", "todas las noticias",
    "más noticias de", "ver mais ", "todas as notícias", "mais notícias", "tutte le notizie", "vedi tutte ",
    "tutti gli articoli", "altre notizie", "alle nieuws", "meer nieuws", "bekijk alle ", "alla nyheter",
    "visa alla ", "alle nyheter", "kaikki uutiset", "wszystkie artykuły", "zobacz wszystkie",
    "všechny články", "összes ", "toate știrile", "tüm haberler", "все новости", "все материалы",
    "всі новини", "όλες οι ειδήσεις", "جميع الأخبار", "كل الأخبار", "semua berita", "xem tất cả",
)  # fmt: skip
GENERIC_STARTS = tuple(f"{folded(start)} " if start.endswith(" ") else folded(start) for start in _STARTS)
SERVICES = frozenset(
    folded(line)
    for block in """
    about us|about|contact|contact us|privacy|privacy policy|terms of use|terms of service
    terms and conditions|terms
    cookie policy|cookies|cookie settings|advertise|advertise with us|subscribe|subscribe now|log in|login
    sign in|sign up
    register|my account|newsletter|newsletters|careers|jobs|accessibility|help|faq|sitemap|site map|imprint
    legal notice
    do not sell my personal information|manage your subscription|our team|e-paper|epaper|rss|podcasts|games
    weather
    terms & conditions|accessibility statement|editorial guidelines|corrections policy|donate|apps|media kit
    sign up for our newsletter|get the app|download the app|tv guide|contact the newsroom|today s paper
    über uns|kontakt|datenschutz|datenschutzerklärung|impressum|agb|nutzungsbedingungen|abo|abonnieren
    anmelden|werben
    mediadaten|karriere|hilfe|barrierefreiheit|cookie einstellungen|privatsphäre einstellungen|wetter
    stellenanzeigen
    mentions légales|contact|contactez nous|qui sommes nous|politique de confidentialité|cgu|cgv|s abonner
    se connecter
    abonnez vous|gestion des cookies|données personnelles|publicité|plan du site|aide|météo|conditions générales
    aviso legal|contacto|quiénes somos|política de privacidad|política de cookies|suscríbete|iniciar sesión
    publicidad
    términos y condiciones|condiciones de uso|regístrate|el tiempo
    contato|fale conosco|quem somos|política de privacidade|termos de uso|assine|anuncie|expediente|entrar
    chi siamo|contatti|note legali|abbonati|accedi|pubblicità|redazione|meteo|cookie policy
    over ons|privacybeleid|inloggen|abonneren|adverteren|colofon|algemene voorwaarden
    om oss|kontakta oss|logga in|prenumerera|annonsera|om os|log ind|logg inn|tietosuoja|tilaa|kirjaudu
    yhteystiedot
    o nas|polityka prywatności|regulamin|zaloguj się|prenumerata|reklama|kontakty|předplatné|přihlásit|inzerce
    rólunk|kapcsolat|impresszum|előfizetés|adatvédelem|despre noi|termeni și condiții|publicitate
    hakkımızda|iletişim|künye|gizlilik politikası|abone ol|giriş yap|tentang kami|redaksi|giới thiệu|liên hệ
    quảng cáo
    о нас|контакты|реклама|подписка|редакция|вакансии|политика конфиденциальности|войти|правила|о проекте
    о компании
    про нас|контакти|умови користування|за нас|абонамент
    επικοινωνία|όροι χρήσης|πολιτική απορρήτου|ταυτότητα|ποιοι είμαστε|διαφήμιση|σύνδεση
    من نحن|اتصل بنا|سياسة الخصوصية|شروط الاستخدام|تسجيل الدخول|اشترك|أعلن معنا|الشروط والأحكام
    درباره ما|تماس با ما|אודות|צור קשר|תנאי שימוש|מדיניות פרטיות|התחברות
    हमारे बारे में|संपर्क करें|गोपनीयता नीति|लॉगिन|नियम और शर्तें|विज्ञापन दें|เกี่ยวกับเรา|ติดต่อเรา
    นโยบายความเป็นส่วนตัว|เข้าสู่ระบบ|สมัครสมาชิก
    关于我们|联系我们|版权声明|隐私政策|免责声明|广告服务|网站地图|登录|注册|招聘信息|法律声明|诚聘英才|網站導覽|聯絡我們|隱私權政策|關於我們|加入我們
    お問い合わせ|会社概要|利用規約|プライバシーポリシー|個人情報保護方針|ログイン|会員登録|広告掲載|サイトマップ|運営会社|著作権
    회사소개|이용약관|개인정보처리방침|청소년보호정책|로그인|회원가입|광고문의|구독신청|기사제보|고충처리|저작권규약
    """.strip().splitlines()
    for line in block.strip().split("|")
)
NEXT = frozenset(
    folded(line)
    for block in """
    next|next page|older|older posts|older entries|older stories|more stories|next »|previous posts
    weiter|nächste|nächste seite|ältere beiträge|ältere artikel
    suivant|suivante|page suivante|articles plus anciens|plus anciens
    siguiente|página siguiente|entradas anteriores|entradas antiguas|siguientes
    próximo|próxima|próxima página|seguinte|posts anteriores|mais antigas
    successiva|successivo|pagina successiva|avanti|articoli precedenti
    volgende|volgende pagina|oudere berichten|nästa|nästa sida|äldre inlägg|neste|neste side|næste|næste side
    seuraava
    następna|następna strona|starsze wpisy|dalej|další|další strana|starší|ďalšia|ďalšie|következő|régebbi
    următoarea|înainte
    sonraki|sonraki sayfa|ileri|berikutnya|selanjutnya|trang sau|tiếp|tiếp theo
    следующая|следующая страница|вперед|вперёд|дальше|наступна|далі|следваща|следећа
    επόμενη|επόμενη σελίδα|παλαιότερα|التالي|التالية|الصفحة التالية|بعدی|صفحه بعد|הבא|לעמוד הבא|अगला
    अगला पृष्ठ|अगले|ถัดไป|หน้าถัดไป
    下一页|下页|下一頁|后一页|次へ|次のページ|次ページ|다음|다음 페이지|다음페이지
    """.strip().splitlines()
    for line in block.strip().split("|")
)
