"""The news agency that a story names: in its byline, its dateline, or its last line. Pure.

Only agencies whose text other outlets carry. A name in a sentence ("told Reuters") counts for nothing.
"""

# ruff: noqa: SIM905  (tables of words are easier to edit as text)

from __future__ import annotations

import re
from collections.abc import Iterable

# Name, the site of the agency itself, other spellings.
_AGENCIES: tuple[tuple[str, str, str], ...] = (
    ("AP", "apnews.com", "Associated Press|The Associated Press"),
    ("Reuters", "reuters.com", "Thomson Reuters"),
    ("AFP", "afp.com", "Agence France-Presse|Agence France Presse"),
    ("dpa", "dpa.com", "DPA|Deutsche Presse-Agentur"),
    ("PA", "", "PA Media|Press Association|The Press Association"),
    ("UPI", "upi.com", "United Press International"),
    ("Bloomberg", "bloomberg.com", "Bloomberg News"),
    ("EFE", "efe.com", "Agencia EFE"),
    ("Europa Press", "europapress.es", "EUROPA PRESS|EP"),
    ("ANSA", "ansa.it", "Ansa"),
    ("Adnkronos", "adnkronos.com", ""),
    ("AGI", "agi.it", ""),
    ("Lusa", "lusa.pt", "LUSA|Agência Lusa"),
    ("APA", "apa.at", "Austria Presse Agentur"),
    ("Keystone-SDA", "keystone-sda.ch", "SDA|sda|Keystone-ATS|ATS"),
    ("ANP", "anp.nl", ""),
    ("Belga", "belga.be", "BELGA"),
    ("NTB", "ntb.no", ""),
    ("TT", "tt.se", "TT Nyhetsbyrån"),
    ("Ritzau", "ritzau.dk", "RITZAU"),
    ("STT", "stt.fi", ""),
    ("PAP", "pap.pl", ""),
    ("ČTK", "ctk.cz", "CTK"),
    ("MTI", "mti.hu", ""),
    ("AGERPRES", "agerpres.ro", ""),
    ("TASS", "tass.com", "ТАСС"),
    ("Interfax", "interfax.com", "Интерфакс"),
    ("RIA Novosti", "ria.ru", "РИА Новости"),
    ("Ukrinform", "ukrinform.net", "Укрінформ"),
    ("Anadolu", "aa.com.tr", "AA|Anadolu Agency|Anadolu Ajansı"),
    ("Xinhua", "news.cn", "Xinhuanet|新华社"),
    ("Kyodo", "kyodonews.net", "Kyodo News|共同通信"),
    ("Jiji", "jiji.com", "Jiji Press|時事通信"),
    ("Yonhap", "yna.co.kr", "Yonhap News Agency|연합뉴스"),
    ("PTI", "ptinews.com", "Press Trust of India"),
    ("ANI", "aninews.in", "Asian News International"),
    ("IANS", "ians.in", ""),
    ("AAP", "aap.com.au", "Australian Associated Press"),
    ("The Canadian Press", "thecanadianpress.com", "Canadian Press|La Presse Canadienne"),
    ("Agência Brasil", "agenciabrasil.ebc.com.br", ""),
    ("Antara", "antaranews.com", "ANTARA"),
    ("Bernama", "bernama.com", "BERNAMA"),
)
_NAME_OF = {
    spelling: name for name, _, others in _AGENCIES for spelling in (name, *others.split("|")) if spelling
}
AGENCY_SITES: dict[str, str] = {site: name for name, site, _ in _AGENCIES if site}
# Words, places and abbreviations of other things: these count in a byline only.
_AMBIGUOUS = frozenset("PA EP AA ATS TT MTI AGI STT APA ANP ANI AAP sda SDA PAP NTB Ansa".split())
_BEGINNING, _END = 200, 160  # characters
_ONE = "|".join(sorted(map(re.escape, _NAME_OF.keys() - _AMBIGUOUS), key=len, reverse=True))
_LIST = rf"(?P<name>{_ONE})(?:\s*[/,&]\s*(?:{_ONE}))*"
_DATELINE = re.compile(
    rf"\({_LIST}\)|(?:^|[\n,.]\s*|\s[-–—]\s)(?P<after>{_ONE})(?:\.|\s*[-–—]\s|\s*\n)|^\s*(?P<line>{_ONE})\s*$",
    re.MULTILINE,
)
_SIGNED = re.compile(
    rf"\({_LIST}\)\s*$|(?:^|[.\n]\s*)[©-–—]?\s*(?P<line>{_ONE})(?:\s*[/,&]\s*(?:{_ONE}))*\.?\s*$"
)


def find_agency(site: str, authors: Iterable[str], text: str | None) -> str | None:
    """The agency whose text a story is: by its site, else its byline, its dateline, its last line."""
    if site in AGENCY_SITES:
        return AGENCY_SITES[site]
    for author in authors:
        if (named := _NAME_OF.get(author.strip())) is not None:
            return named
    if not text:
        return None
    for found in (_DATELINE.search(text[:_BEGINNING]), _SIGNED.search(text[-_END:].rstrip())):
        if found is not None:
            return next(_NAME_OF[name] for name in found.groupdict().values() if name)
    return None
