"""Find the corrections that a publisher notes above or below a story ("Correction: …"), or in its JSON-LD. Pure.

Only a note that stands at the beginning or end of the text counts, so that a story about a correction has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from newsdesk.storage.records.changes.corrections import new_corrections
from newsdesk.storage.records.stories import Correction

FIRST, LAST = 3, 6  # lines that are searched at each end of a text
MOST = 10  # corrections of a story
LONGEST = 2_000  # characters of one
_SHORTEST = 12  # characters after the label
_LABELS = (
    "correction|corrections|clarification|clarifications|correction and clarification|corrections and clarifications"
    "|editor's correction|correction notice|erratum|errata|retraction"
    "|korrektur|korrekturhinweis|berichtigung|richtigstellung|klarstellung"
    "|rectificatif|rectification|mise au point"
    "|corrección|correcciones|rectificación|fe de errores|fe de erratas|aclaración"
    "|correção|retificação|erramos|esclarecimento|correzione|rettifica|errata corrige|precisazione"
    "|correctie|rectificatie|verduidelijking|rättelse|förtydligande|rettelse|præcisering|presisering|retting"
    "|oikaisu|korjaus|sprostowanie|korekta|oprava|helyesbítés|erată|corecție|rectificare|διόρθωση|düzeltme"
    "|исправление|поправка|уточнение|опровержение|виправлення|уточнення|поправка|корекция|ispravak|ispravka"
    "|koreksi|ralat|đính chính"
    "|訂正|お詫びと訂正|訂正とお詫び|更正|勘误|勘誤|更正启事|정정|바로잡습니다|정정보도"
    "|تصحيح|تصويب|تنويه|اصلاحیه|תיקון|תיקון טעות|แก้ไขข่าว|भूल सुधार|शुद्धि"
)
# "Correction: …", "Correction (24 November): …", "CORRECTION — …", "【訂正】…", "Correction, 24 Nov 2026: …"
_LABELLED = re.compile(
    rf"[*_\[【(（]?(?:{_LABELS})(?:[ ,]{{0,2}}[(\[（]?[^:：.!?()\[\]]{{0,40}}\d[^:：.!?()\[\]]{{0,20}}[)\]）]?)?"
    r"\s?(?:[\]】)）]?\s?[:：]|[\]】)）]|\s[-–—]|[–—]\s)\s*",
    re.IGNORECASE,
)
_LABEL_ALONE = re.compile(rf"(?:{_LABELS})\s?[:：.]?", re.IGNORECASE)
_STORY = r"(?:article|story|report|post|piece|column|item|review|page|interview|headline|version|text)"
_SENTENCE = re.compile(  # a sentence that says that the story was corrected
    rf"[*(\[]?(?:editor's note:? )?(?:"
    rf"this {_STORY} (?:was|has been|is) (?:since )?(?:amended|corrected|updated to correct|updated to clarify"
    rf"|edited to correct|clarified|updated to reflect the correct)\b"
    rf"|(?:an? )?(?:earlier|previous|original|prior) (?:version|edition)s? of (?:this|the) {_STORY}\b"
    rf"|(?:the|this) {_STORY} (?:originally|previously|incorrectly)"
    r" (?:said|stated|reported|misstated|misspelled|identified)"
    r"|(?:anmerkung(?: der redaktion)?: |hinweis: )?in einer (?:früheren|vorherigen|ersten|älteren)"
    r" (?:version|fassung) (?:dieses|des) "
    r"|dieser (?:artikel|text|beitrag) wurde (?:nachträglich )?(?:korrigiert|berichtigt)"
    r"|(?:une|dans une) (?:première |précédente )?version (?:précédente |antérieure |initiale )?"
    r"de (?:cet|ce) (?:article|texte)|cet article a été (?:corrigé|rectifié|amendé)"
    r"|(?:una|en una) versión (?:anterior|previa) de est[ea]"
    r"|est[ea] (?:artículo|noticia|texto) ha sido (?:corregid|rectificad)"
    r"|(?:uma|em uma|numa) versão anterior (?:deste|desta|do|da) "
    r"|est[ea] (?:texto|artigo|reportagem|notícia) foi corrigid"
    r"|(?:una|in una) (?:precedente versione|versione precedente) (?:di quest|dell)"
    r"|questo articolo è stato (?:corretto|rettificato)"
    r"|in een eerdere versie van (?:dit|deze)|dit (?:artikel|bericht) is (?:gecorrigeerd|gerectificeerd)"
    r"|i en tidigare version av|i en tidligere (?:versjon|version|udgave) a[vf]"
    r"|we poprzedniej wersji|w pierwotnej wersji|в более ранней версии|в предыдущей версии"
    r"|bu haberin önceki|この記事の以前の|本文早前版本|此前版本"
    r")",
    re.IGNORECASE,
)
# How the sentences above begin. Few lines begin with these, or with a label: only those are searched.
_SENTENCE_STARTS = (
    "this |an e|an o|an p|a p|earlier|original|previous|prior|the |editor's n|anmerkung|hinweis|in ein|dieser |une "
    "|dans une|cet a|una |en una|est|uma |em uma|numa |in una|questo a|in een|dit |i en tid|we po|w pi|в б|в п"
    "|bu haber|この記事|本文早前|此前版本"
)
_ALL_STARTS = sorted(f"{_LABELS}|{_SENTENCE_STARTS}".split("|"))
_STARTS = {first: tuple(group) for first, group in groupby(_ALL_STARTS, key=lambda start: start[:2])}
_LONGEST_START = 60  # characters of a line, with the brackets before its first word
_QUOTES = str.maketrans("’‘", "''")
_BRACKETS = " *_[【(（"


def find_corrections(text: str | None, stated: Sequence[str] = ()) -> tuple[Correction, ...]:
    """The corrections in JSON-LD (`stated`), and those noted in a text; each once."""
    found = [Correction(text=_cut(one), origin="json-ld") for one in stated]
    found += [Correction(text=_cut(note), origin="note") for note in _notes(text or "")]
    return new_corrections(found, ())[:MOST]


def _cut(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _notes(text: str) -> Iterable[str]:
    lines = [line for line in text.split("\n") if line]
    last, joined = len(lines) - 1, -1
    for place in (*range(min(FIRST, last + 1)), *range(max(FIRST, last - LAST + 1), last + 1)):
        printed = lines[place]
        if place == joined:
            continue
        start = printed[:_LONGEST_START].lstrip(_BRACKETS).lower().replace("’", "'")
        if not start.startswith(_STARTS.get(start[:2], ())):
            continue
        line = printed.translate(_QUOTES).strip()
        label = _LABELLED.match(line)
        if _LABEL_ALONE.fullmatch(line) or (label is not None and line.endswith((":", "："))):
            if (
                place < last and len(lines[place + 1]) >= _SHORTEST
            ):  # the label, or its date, is on a line of its own
                joined = place + 1
                yield f"{line.rstrip(' :：.')}: {lines[joined].strip()}"
        elif (label is not None and len(line) - label.end() >= _SHORTEST) or _SENTENCE.match(line):
            yield printed.strip()
