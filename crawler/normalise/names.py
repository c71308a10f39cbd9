"""Data: words that stand in bylines beside names. Used by `bylines`. All but SUFFIXES in folded case."""

# ruff: noqa: SIM905  (tables of words are read and mended as text)

from __future__ import annotations

LEAD_INS = (
    "written by",
    "story by",
    "reported by",
    "words by",
    "by",
    "von",
    "par",
    "por",
    "di",
    "door",
    "av",
    "af",
    "oleh",
    "autor",
    "autore",
    "author",
    "автор",
    "بقلم",
    "작성자",
    "撰文",
)

SUFFIXES = ("Jr", "Sr", "II", "III", "IV", "PhD", "Ph.D", "MD", "M.D", "Esq", "MP", "RN", "MBA")

AGENCIES = frozenset(
    """ap
reuters
thomson reuters
afp
agence france-presse
agence france presse
dpa
deutsche presse-agentur
apa
sda
keystone-sda
ats
ansa
adnkronos
agi
efe
europa press
lusa
tass
ria novosti
interfax
ukrinform
unian
pap
čtk
ctk
tasr
mti
agerpres
hina
tanjug
bta
belga
anp
ntb
ritzau
tt
stt
bns
delfi
xinhua
新华社
新華社
中新社
cna
中央社
kyodo
kyodo news
共同
共同通信
時事通信
時事
jiji press
yonhap
yonhap news
연합뉴스
뉴시스
뉴스1
pti
press trust of india
ani
ians
antara
bernama
vna
ttxvn
anadolu
anadolu agency
anadolu ajansı
aa
dha
iha
irna
isna
mena
spa
wam
pa
pa media
press association
upi
bloomberg
bloomberg news
canadian press
the canadian press
aap
australian associated press
notimex
telam
télam
agência brasil
agencia efe
estadão conteúdo
folhapress
afp news
ap news
the associated press
associated press
cnn newsource
newswire
prnewswire
pr newswire
business wire
globe newswire
globenewswire""".split("\n")
)

DESKS = frozenset(
    """admin
administrator
author
anonymous
unknown
editor
editors
editorial
editorial team
editorial staff
editorial desk
staff
staff writer
staff writers
staff reporter
staff report
staff reports
our correspondent
correspondent
reporter
news desk
newsdesk
news team
newsroom
web desk
webdesk
web team
online desk
digital desk
desk
team
guest
guest author
contributor
contributors
contributed
user
root
webmaster
info
press release
sponsored
noreply
no-reply
n/a
none
null
undefined
redaktion
die redaktion
red
red.
redaktion online
online-redaktion
onlineredaktion
rédaction
la rédaction
redaction
la redaction
redacción
redaccion
la redacción
redazione
la redazione
redação
da redação
redactie
van onze redactie
redaksjonen
redaktionen
redakcja
redakce
redakcia
redakcija
redacția
szerkesztőség
toimitus
редакция
редакція
редакцията
συντακτική ομάδα
σύνταξη
haber merkezi
هيئة التحرير
التحرير
מערכת
編集部
编辑部
本报记者
記者
记者
편집국
온라인뉴스팀
กองบรรณาธิการ""".split("\n")
)

ORGANISATION_WORDS = frozenset(
    "staff news times post tribune herald gazette press agency newsroom board network media magazine "
    "redaktion agentur agence agencia agenzia team service wire journal daily radio television "
    "university institute foundation inc inc. ltd ltd. gmbh corporation committee".split()
)
