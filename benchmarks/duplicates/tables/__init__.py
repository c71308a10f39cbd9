"""Templates, names and outlets of both halves, and how they are filled in.

A slot `{kind}`, `{kind2}` is a name or date of that kind, `{n1:3-90}` a number; the same slot has the same value
throughout a fill. Slots of one kind have different values.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.duplicates.stories import Base

HERE = Path(__file__).parent
SLOT = re.compile(r"\{([a-z]+)(\d*)(?::(-?\d+)-(\d+))?\}")
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira",
    "sv": "måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen",
    "pl": "poniedziałek wtorek środę czwartek piątek sobotę niedzielę",
    "zh": "星期一 星期二 星期三 星期四 星期五 星期六 星期日",
    "ja": "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日",
    "th": "จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์",
}
MONTHS = {
    "en": "January March April May June August September October November",
    "de": "Januar März April Mai Juni August September Oktober November",
    "fr": "janvier mars avril mai juin août septembre octobre novembre",
    "es": "enero marzo abril mayo junio agosto septiembre octubre noviembre",
    "it": "gennaio marzo aprile maggio giugno agosto settembre ottobre",
    "nl": "januari maart april mei juni augustus september oktober",
    "pt": "janeiro março abril maio junho agosto setembro outubro",
    "sv": "januari mars april maj juni augusti september oktober",
    "pl": "stycznia marca kwietnia maja czerwca sierpnia września",
    "zh": "一月 三月 四月 五月 六月 八月 九月 十月",
    "ja": "一月 三月 四月 五月 六月 八月 九月 十月",
    "th": "มกราคม มีนาคม เมษายน พฤษภาคม มิถุนายน สิงหาคม",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    name: str
    language: str
    fields: tuple[tuple[str, str], ...]  # (title, body or paragraph; the pattern)

    def patterns(self, field: str) -> list[str]:
        return [pattern for name, pattern in self.fields if name == field]


class Fill:
    """The values of one set of facts, drawn as slots are met. `given` are values that are set before."""

    def __init__(
        self, chance: random.Random, half: str, language: str, given: dict[str, str] | None = None
    ) -> None:
        self.chance, self.half, self.language = chance, half, language
        self.values: dict[str, str] = dict(given or {})

    def __call__(self, pattern: str) -> str:
        return SLOT.sub(self._value, pattern)

    def _value(self, slot: re.Match[str]) -> str:
        kind, number, low, high = slot.groups()
        key = kind + number
        if key not in self.values:
            if low is not None:
                self.values[key] = str(self.chance.randint(int(low), int(high)))
            else:
                self.values[key] = self.chance.choice(self._unused(kind))
        return self.values[key]

    def _unused(self, kind: str) -> list[str]:
        kind = "person" if kind == "p" else kind
        pool = _pool(self.half, kind, self.language)
        used = set(self.values.values())
        return [value for value in pool if value not in used] or pool


@cache
def _pool(half: str, kind: str, language: str) -> list[str]:
    if kind == "day":
        return DAYS[language].split()
    if kind == "month":
        return MONTHS[language].split()
    names = dict(line.split(": ", 1) for line in _lines(f"names_{half}.txt"))
    listed = names.get(f"{kind}.{language}") or names[kind]
    return [name.replace("_", " ") for name in listed.split()]


def places(half: str) -> list[str]:
    return _pool(half, "place", "en")


@cache
def read_templates(kind: str, half: str) -> tuple[Template, ...]:
    """`kind`: templates, teasers, scripts or outlets."""
    found: list[Template] = []
    fields: list[tuple[str, str]] = []
    for line in [*_lines(f"{kind}_{half}.txt"), "== end"]:
        if line.startswith("== "):
            if found:
                found[-1] = Template(name=found[-1].name, language=found[-1].language, fields=tuple(fields))
            name, _, language = line[3:].rpartition(" ")
            found.append(Template(name=name, language=language, fields=()))
            fields = []
        else:
            label, separator, rest = line.partition(": ")
            is_labelled = bool(separator) and label in ("title", "body", "name", "start", "end", "list")
            fields.append((label, rest) if is_labelled else ("paragraph", line))
    return tuple(found[:-1])


def fill_template(template: Template, chance: random.Random, half: str) -> Base:
    fill = Fill(chance, half, template.language)
    titles = [_capital(fill(pattern)) for pattern in template.patterns("title")]
    paragraphs = tuple(map(fill, template.patterns("paragraph")))
    return Base(
        title=titles[0], titles=tuple(titles[1:]), paragraphs=tuple(map(_capital, paragraphs)),
        language=template.language, origin="template",
    )  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lines(name: str) -> list[str]:
    text = (HERE / name).read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line]
