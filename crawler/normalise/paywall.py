"""Phrases that newspapers print at a paywall, and whether a text ends at one. Pure.

A paywall phrase is printed where the text stops for non-subscribers; "subscribe" alone is only an appeal. A
subscriber label says for whom a story is; it also appears beside headlines of other stories, so it counts only
inside a text. Both are compared in lower case.
"""

from __future__ import annotations

from functools import cache

PAYWALL_PHRASES: dict[str, tuple[str, ...]] = {
    "en": (
        "subscribe to continue reading", "subscribe to read the full", "subscribe to read this",
        "subscribe to keep reading", "subscribe now to continue", "subscribe to unlock",
        "to continue reading, subscribe", "to continue reading, please",
        "to continue reading this article", "to continue reading this story",
        "to read the full story, subscribe", "to read the rest of this", "sign in to continue reading",
        "log in to continue reading", "register to continue reading", "sign up to continue reading",
        "register to read the full", "create a free account to continue", "already a subscriber? sign in",
        "already a subscriber? log in", "already a subscriber? login",
        "you have reached your limit of free articles", "you've reached your limit of free articles",
        "you have reached your article limit", "you've read your last free article",
        "keep reading with a 7-day free trial", "become a member to read", "become a subscriber to read",
        "the rest of this article is for", "the rest of this post is for",
    ),
    "de": (
        "weiterlesen mit", "weiterlesen nach anmeldung", "um den artikel weiterzulesen",
        "um weiterzulesen", "bereits abonnent? hier anmelden", "bereits abonniert? hier anmelden",
        "sie haben bereits ein digitalabo", "lesen sie diesen artikel mit",
        "den vollständigen artikel lesen sie", "jetzt abonnieren und weiterlesen",
    ),
    "fr": (
        "la suite est réservée aux abonnés", "abonnez-vous pour lire la suite",
        "pour lire la suite, abonnez-vous", "de cet article à lire", "de cet article à découvrir",
        "pour continuer à lire cet article", "abonnez-vous pour continuer",
        "déjà abonné ? connectez-vous",
    ),
    "es": (
        "suscríbete para seguir leyendo", "suscríbase para seguir leyendo",
        "para seguir leyendo, suscríbete", "regístrate para seguir leyendo",
        "inicia sesión para seguir leyendo", "suscríbete para continuar leyendo",
    ),
    "pt": (
        "assine para continuar lendo", "para continuar lendo, assine", "assine para ler",
        "para continuar a ler", "já é assinante? faça", "cadastre-se para continuar lendo",
    ),
    "ca": ("subscriu-te per continuar llegint", "per continuar llegint"),
    "it": (
        "abbonati per continuare a leggere", "per continuare a leggere", "sei già abbonato? accedi",
        "registrati per continuare",
    ),
    "nl": (
        "lees verder met een abonnement", "verder lezen? word abonnee", "word abonnee om verder te lezen",
        "log in om verder te lezen", "wil je verder lezen",
    ),
    "sv": (
        "logga in för att läsa vidare", "bli prenumerant för att läsa", "för att läsa vidare",
        "artikeln är låst",
    ),
    "nb": ("logg inn for å lese videre", "bli abonnent for å lese", "for å lese hele saken"),
    "da": ("log ind for at læse videre", "bliv abonnent for at læse", "læs hele artiklen med abonnement"),
    "fi": (
        "kirjaudu lukeaksesi", "tilaa ja lue", "jatka lukemista tilaajana", "lue koko juttu tilaajana",
    ),
    "is": ("skráðu þig inn til að lesa",),
    "et": ("telli, et edasi lugeda", "edasi lugemiseks"),
    "lt": ("norėdami skaityti toliau", "prenumeruokite ir skaitykite"),
    "lv": ("lai turpinātu lasīt", "abonē, lai lasītu"),
    "pl": (
        "dalsza część artykułu dostępna", "pozostało do przeczytania", "czytaj dalej w prenumeracie",
        "aby czytać dalej", "zaloguj się, aby czytać",
    ),
    "cs": ("předplaťte si a čtěte", "pro pokračování ve čtení", "celý článek si mohou přečíst"),
    "sk": ("predplaťte si a čítajte", "pre pokračovanie v čítaní"),
    "hu": ("a cikk folytatásához előfizetés", "előfizetőink olvashatják", "a teljes cikk elolvasásához"),
    "ro": ("abonează-te pentru a citi", "pentru a citi mai departe"),
    "bg": ("абонирайте се, за да прочетете", "за да продължите да четете"),
    "hr": ("pretplatite se za nastavak čitanja", "za nastavak čitanja"),
    "el": ("για να διαβάσετε τη συνέχεια", "για να συνεχίσετε την ανάγνωση"),
    "ru": ("чтобы прочитать полностью", "оформите подписку, чтобы", "чтобы читать дальше"),
    "uk": ("щоб читати далі", "оформіть передплату, щоб"),
    "tr": ("devamını okumak için abone", "okumaya devam etmek için"),
    "ar": ("اشترك لمتابعة القراءة", "لمتابعة القراءة"),
    "he": ("כדי להמשיך לקרוא", "להמשך קריאה הירשמו"),
    "fa": ("برای ادامه مطلب مشترک شوید",),
    "hi": ("आगे पढ़ने के लिए सब्सक्राइब", "पूरा पढ़ने के लिए सब्सक्राइब"),
    "id": ("berlangganan untuk melanjutkan membaca", "untuk melanjutkan membaca"),
    "vi": ("đăng ký để đọc tiếp", "đăng nhập để đọc tiếp"),
    "th": ("สมัครสมาชิกเพื่ออ่านต่อ",),
    "ja": (
        "続きを読むには", "ログインして続きを読む", "この記事は有料", "この記事は会員限定",
        "残りの文字数",
    ),
    "zh": ("订阅后阅读全文", "訂閱後閱讀全文", "登录后阅读全文", "登入後閱讀全文", "订阅后继续阅读"),
    "ko": ("구독하고 계속 읽기", "로그인 후 계속 읽기", "계속 읽으시려면"),
}  # fmt: skip
SUBSCRIBER_LABELS: dict[str, tuple[str, ...]] = {
    "en": (
        "this article is for subscribers", "this story is for subscribers",
        "this content is for subscribers", "this post is for paying subscribers",
        "this post is for paid subscribers", "for subscribers only", "only available to subscribers",
        "available to subscribers only", "exclusive to subscribers", "subscriber-only content",
        "this is a premium article", "this story is available exclusively to",
    ),
    "de": (
        "nur für abonnenten", "exklusiv für abonnenten", "nur für abonnentinnen",
        "exklusiv für abonnentinnen",
    ),
    "fr": (
        "réservé aux abonnés", "réservé à nos abonnés", "réservée aux abonnés", "cet article est réservé",
    ),
    "es": ("exclusivo para suscriptores", "sólo para suscriptores", "solo para suscriptores"),
    "pt": ("exclusivo para assinantes", "apenas para assinantes", "exclusivo para subscritores"),
    "it": ("riservato agli abbonati", "questo articolo è riservato"),
    "nl": ("alleen voor abonnees", "exclusief voor abonnees"),
    "sv": ("endast för prenumeranter", "låst artikel"),
    "nb": ("kun for abonnenter", "denne saken er for abonnenter"),
    "da": ("kun for abonnenter", "forbeholdt abonnenter"),
    "fi": ("vain tilaajille",),
    "is": ("aðeins fyrir áskrifendur",),
    "pl": ("tylko dla prenumeratorów", "tylko dla subskrybentów"),
    "cs": ("pouze pro předplatitele", "jen pro předplatitele"),
    "sk": ("len pre predplatiteľov", "iba pre predplatiteľov"),
    "hu": ("csak előfizetőknek",),
    "ro": ("doar pentru abonați", "exclusiv pentru abonați"),
    "bg": ("само за абонати",),
    "hr": ("samo za pretplatnike",),
    "sl": ("samo za naročnike", "na voljo samo naročnikom"),
    "el": ("μόνο για συνδρομητές", "αποκλειστικά για συνδρομητές"),
    "ru": ("только для подписчиков", "доступен только подписчикам", "доступно только подписчикам"),
    "uk": ("лише для передплатників", "тільки для передплатників"),
    "tr": ("sadece abonelere", "yalnızca abonelere"),
    "ar": ("للمشتركين فقط",),
    "he": ("למנויים בלבד",),
    "fa": ("فقط برای مشترکین",),
    "id": ("khusus pelanggan",),
    "ja": ("有料会員限定", "会員限定記事", "有料記事"),
    "zh": ("付费内容", "訂戶專享", "会员专享", "會員專享"),
    "ko": ("유료회원 전용", "구독자 전용", "유료 기사"),
}  # fmt: skip

MAX_PREVIEW = 1_500  # characters; a longer text is not only the beginning of a story
_PREVIEW_END = 400  # characters at the end of the text in which a phrase is searched
_SAME_PHRASES = {"no": "nb", "nn": "nb", "iw": "he", "in": "id", "bs": "hr", "sr": "hr"}
_ALL_PAYWALL_PHRASES = tuple(phrase for phrases in PAYWALL_PHRASES.values() for phrase in phrases)
_ALL_PHRASES = (
    *_ALL_PAYWALL_PHRASES,
    *(phrase for phrases in SUBSCRIBER_LABELS.values() for phrase in phrases),
)


def ends_at_paywall(text: str | None, *, language: str | None) -> bool:
    """Whether a text is short and ends with a paywall phrase or a subscriber label.

    The phrases are those of `language` (a BCP 47 tag) and English, or of all languages if it is not known.
    """
    if text is None or len(text) > MAX_PREVIEW:
        return False
    end = text[-_PREVIEW_END:].lower()
    return any(phrase in end for phrase in _phrases(language))


def is_paywall_line(line: str) -> bool:
    """Whether a line beside a story has a paywall phrase."""
    line = line.lower()
    return any(phrase in line for phrase in _ALL_PAYWALL_PHRASES)


@cache
def _phrases(language: str | None) -> tuple[str, ...]:
    primary = (language or "").partition("-")[0]
    primary = _SAME_PHRASES.get(primary, primary)
    if primary not in PAYWALL_PHRASES and primary not in SUBSCRIBER_LABELS:
        return _ALL_PHRASES
    names = dict.fromkeys((primary, "en"))
    return tuple(
        phrase
        for name in names
        for table in (PAYWALL_PHRASES, SUBSCRIBER_LABELS)
        for phrase in table.get(name, ())
    )
