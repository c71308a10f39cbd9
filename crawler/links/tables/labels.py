"""What newspapers print on what somebody paid for. Pure."""

from __future__ import annotations

LONGEST_LABEL = 60  # characters

PAID = frozenset(
    line.strip()
    for line in """
ad
ads
advert
advertisement
advertising
advertorial
advertiser content
affiliate
brand content
branded content
in partnership with
paid content
paid post
paid partnership
partner content
presented by
promoted
promoted content
sponsor content
sponsored
sponsored by
sponsored content
sponsored post
anzeige
anzeigen
werbung
gesponsert
bezahlter inhalt
sponsored story
contenido patrocinado
patrocinado
publicidad
publirreportaje
contenu sponsorisé
sponsorisé
publicité
publi-rédactionnel
publireportage
annonce
contenuto sponsorizzato
sponsorizzato
pubblicità
pubbliredazionale
contenido de marca
conteúdo patrocinado
publicidade
conteúdo de marca
gesponsord
gesponsorde inhoud
advertentie
partnerbijdrage
annons
annonsörsinnehåll
sponsrat
i samarbete med
annonceindhold
sponsoreret
annonsørinnhold
reklame
mainos
kaupallinen yhteistyö
materiał sponsorowany
sponsorowane
artykuł sponsorowany
reklama
materiał partnera
sponzorováno
inzerce
komerční sdělení
szponzorált tartalom
hirdetés
támogatott tartalom
sponzorirano
publicitate
conținut sponsorizat
реклама
на правах рекламы
партнёрский материал
партнерский материал
спонсорский материал
спецпроект
реклама.
на правах реклами
партнерський матеріал
реклама партньор
χορηγούμενο
διαφήμιση
reklam
sponsorlu
sponsorlu içerik
advertorial içerik
iklan
konten bersponsor
bài viết tài trợ
quảng cáo
tài trợ
إعلان
إعلان ممول
محتوى ممول
ممول
برعاية
آگهی
تبلیغات
رپورتاژ آگهی
ממומן
תוכן ממומן
פרסומת
תוכן שיווקי
प्रायोजित
विज्ञापन
ad feature
โฆษณา
สนับสนุนโดย
广告
推广
赞助
赞助内容
廣告
贊助
推廣
廣編特輯
広告
pr
スポンサー
タイアップ
광고
협찬
스폰서
""".strip().splitlines()
)

# Those that also stand over each advertisement of a page.
ADVERTISEMENT = frozenset(
    """
ad
ads
advert
adverts
advertisement
advertising
anzeige
anzeigen
werbung
publicidad
publicité
annonce
pubblicità
publicidade
advertentie
annons
reklame
mainos
reklama
inzerce
hirdetés
publicitate
реклама
реклама.
διαφήμιση
reklam
iklan
quảng cáo
إعلان
آگهی
تبلیغات
פרסומת
विज्ञापन
โฆษณา
广告
廣告
広告
광고
""".strip().splitlines()
)

# Labels that name who paid begin so.
_STARTS = (
    "paid for by ", "paid content ", "presented by ", "sponsored by ", "in partnership with ", "in association with ",
    "brought to you by ", "a message from ", "partner content ", "promoted by ", "präsentiert von ", "gesponsert von ",
    "in kooperation mit ", "anzeige von ", "proposé par ", "présenté par ", "en partenariat avec ", "offert par ",
    "sponsorisé par ", "ofrecido por ", "patrocinado por ", "presentado por ", "en colaboración con ", "oferecido por ",
    "apresentado por ", "in collaborazione con ", "offerto da ", "sponsorizzato da ", "in samenwerking met ",
    "mede mogelijk gemaakt door ", "aangeboden door ", "i samarbete med ", "i samarbeid med ", "i samarbejde med ",
    "yhteistyössä ", "we współpracy z ", "materiał partnera ", "ve spolupráci s ", "при поддержке ", "совместно с ",
    "за підтримки ", "με την υποστήριξη ", "برعاية ", "بالتعاون مع ", "dipersembahkan oleh ",
)  # fmt: skip
_AROUND = " :*•|·-–—[]()"


def paid_label(text: str) -> str | None:
    """The label that a short text is, without the signs around it; None for any other text."""
    label = text.strip(_AROUND)
    plain = label.casefold()
    return label if plain in PAID or (plain.startswith(_STARTS) and len(text) <= LONGEST_LABEL) else None
