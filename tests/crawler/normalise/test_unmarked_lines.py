"""Lines of pages as bylines. The table is `byline_lines.txt`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsdesk.crawler.normalise.bylines.names.full_names import reads_like_full_name
from newsdesk.crawler.normalise.bylines.names.given_names import bare_letters, given_names, is_given_name
from newsdesk.crawler.normalise.bylines.unmarked_lines import is_label, read_line
from tests.support.paths import FIXTURES


def rows() -> list[tuple[str, str, str]]:
    """Form, language and text of each line of the table."""
    lines = (FIXTURES / "byline_lines.txt").read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines:
        if line and not line.startswith("#"):
            form, language, text = line.split(" | ", 2)
            found.append((form, language, text))
    return found


NAMES = {language: text.split("; ") for form, language, text in rows() if form == "name"}


def bylines() -> Iterator[tuple[str, str, str, str]]:
    for form, language, text in rows():
        if form not in ("name", "no"):
            for name in NAMES[language]:
                yield language, text.replace("{}", name), form, name


@pytest.mark.parametrize(("language", "line", "form", "name"), [*bylines()])
def test_a_byline_names_its_author(language: str, line: str, form: str, name: str) -> None:
    found = read_line(line, language)
    assert found is not None
    assert (found.form, found.names) == (form, name)


@pytest.mark.parametrize(("language", "line"), [(one, text) for form, one, text in rows() if form == "no"])
def test_other_lines_are_no_bylines(language: str, line: str) -> None:
    assert read_line(line, language) is None


def test_the_table_is_large() -> None:
    assert len([*bylines()]) > 350
    assert len(NAMES) > 20


def test_two_authors_of_a_line() -> None:
    found = read_line("Autoren Jan Petersen und Uta Kessler", "de")
    assert found is not None
    assert found.names == "Jan Petersen; Uta Kessler"


def test_an_editor_signs_in_east_asia() -> None:
    found = read_line("责任编辑：王小明", "zh")
    assert found is not None
    assert (found.form, found.names) == ("editor", "责任编辑：王小明")


LABELS = [
    *[("de", one) for one in ("Autor", "Autor:", "Autorin", "Verfasser:", "Text:", "Autor:in", "Autor/in:")],
    *[("en", one) for one in ("Author", "Author:", "Written by", "Words:")],
    *[("fr", one) for one in ("Auteur", "Auteur :", "Écrit par", "Texte :")],
    *[("es", one) for one in ("Autor", "Texto:", "Escrito por")],
    *[("it", "Autore"), ("nl", "Auteur:"), ("ru", "Автор:"), ("zh", "作者："), ("zh", "责任编辑："), ("ar", "بقلم:")],
]  # fmt: skip
NO_LABELS = [
    *[("de", one) for one in ("Von", "Datum:", "Foto:")],
    *[("en", one) for one in ("By", "Date", "Editor:")],
    *[("en", one) for one in ("Interview", "Story:", "More from", "About the author")],
    *[("de", "Bericht"), ("fr", "Source :"), ("zh", "来源：")],
]


@pytest.mark.parametrize(("language", "line"), LABELS)
def test_a_credit_alone_is_the_label_of_an_author(language: str, line: str) -> None:
    assert is_label(line, language)


@pytest.mark.parametrize(("language", "line"), NO_LABELS)
def test_other_labels(language: str, line: str) -> None:
    assert not is_label(line, language)


def test_given_names_are_kept_as_they_are_compared() -> None:
    assert all(bare_letters(one) == one for one in given_names())


@pytest.mark.parametrize(
    "word", ["Anna", "José", "JÖRG", "Anna-Lena", "Klausmartin", "Иван", "Γιώργος", "فاطمة"]
)
def test_given_names(word: str) -> None:
    assert is_given_name(word)


@pytest.mark.parametrize("word", ["Harbour", "Navigation", "Ministerium", "Zeige", "Rapid", ""])
def test_other_words(word: str) -> None:
    assert not is_given_name(word)


@pytest.mark.parametrize(
    "name", ["Anna", "anna hügel", "Anna 7", "Anna Zeitung", "Anna Reporter", "Anna Monday"]
)
def test_no_full_names(name: str) -> None:
    assert not reads_like_full_name(name)
