"""What newspapers print on what somebody paid for."""

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
