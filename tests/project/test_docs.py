"""The pages against the code: nothing missing in them, nothing in them that is not there any more.

Commands, options, settings, variables, tables, views, columns and outcome codes are counted on both sides.
Made blocks must equal what `docs/update.py` makes.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import get_args
from urllib.parse import unquote

import click
import pytest

from newsdesk.crawler.http import errors
from newsdesk.settings.definitions import SETTINGS, variable_of
from newsdesk.settings.reader import read_settings
from newsdesk.settings.secrets import is_secret
from newsdesk.storage.records.outcomes import OutcomeCategory
from tests.support.paths import ROOT

DOCS = ROOT / "docs"
# Written down by hand or made by tools of the reader; not part of the project.
ELSEWHERE = {".venv", ".git", ".pytest_cache", ".hypothesis", "node_modules", "build", "demo"}


def _load(path: Path) -> ModuleType:
    """By its file: a package named docs may lie anywhere on the path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


update = _load(DOCS / "update.py")


def _pages() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.md") if not ELSEWHERE & set(path.relative_to(ROOT).parts))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _sections(text: str, level: str) -> dict[str, str]:
    """heading in backticks → what stands below it, to the next heading of that level or above."""
    found = re.split(rf"^{level} `([^`]+)`\n", text, flags=re.MULTILINE)
    stop = re.compile(rf"^#{{1,{len(level)}}} ", re.MULTILINE)
    return {name: stop.split(body)[0] for name, body in zip(found[1::2], found[2::2], strict=True)}


def _first_cells(text: str) -> list[str]:
    """What stands in backticks in the first column of the tables, in order."""
    return re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)


# Made blocks


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=_name)
def test_made_blocks_are_up_to_date(page: Path) -> None:
    for found in update.MADE.finditer(page.read_text(encoding="utf-8")):
        try:
            made = update.make(found["what"])
        except KeyError:
            pytest.fail(f"{page.name}: {found['what']!r} is not there any more; take the section out")
        assert found["body"] == made, f"{page.name}, {found['what']}: run `python docs/update.py`"


# Commands


def _commands() -> dict[str, click.Command]:
    return {words: command for words, command, _ in update.commands()}


def test_every_command_has_its_section_with_its_help() -> None:
    text = _text("commands.md")
    shown = [name for name in _sections(text, "##") if name.startswith("newsdesk")]
    assert set(shown) == set(_commands())
    made = {found["what"] for found in update.MADE.finditer(text)}
    assert made == {f"help {words}" for words in _commands()}
    for words, section in _sections(text, "##").items():
        if words in _commands():
            assert f"<!-- made: help {words} -->" in section


def test_every_command_has_an_example_that_calls_it() -> None:
    for words, section in _sections(_text("commands.md"), "##").items():
        if words in _commands():
            assert f"$ {words}" in section, f"docs/commands.md, {words}: no example"


def _typed() -> Iterator[tuple[str, str]]:
    """Each line of the pages' consoles that calls newsdesk."""
    for page in _pages():
        for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                if line.startswith("$ newsdesk"):
                    yield _name(page), line[2:]


@pytest.mark.parametrize(("page", "line"), sorted(set(_typed())))
def test_what_the_pages_type_can_be_typed(page: str, line: str) -> None:
    """Command, options and arguments parse; nothing is run."""
    from newsdesk.command_line import newsdesk

    words = shlex.split(line, comments=True)[1:]
    command: click.Command = newsdesk
    context = (
        newsdesk.make_context("newsdesk", list(words), resilient_parsing=False)
        if words[0] != "--version"
        else None
    )
    while context is not None and isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if not rest:
            break
        name, inner, rest = command.resolve_command(context, rest)
        assert inner is not None
        context, command = inner.make_context(name or "", rest, parent=context), inner


def test_readme_types_only_targets_of_the_makefile() -> None:
    readme, makefile = (ROOT / "README.md").read_text(), (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^(\w+):", makefile, flags=re.MULTILINE))
    typed = set(re.findall(r"^\$ make (\w+)", readme, flags=re.MULTILINE))
    assert typed == {"demo", "test"} <= targets
    first_screen = "\n".join(readme.splitlines()[:25])
    assert "make demo" in first_screen and "make test" in first_screen


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_commands_named_in_the_text_exist(page: Path) -> None:
    known = _commands()
    for output in re.findall(r"`newsdesk ([a-z]+)", page.read_text(encoding="utf-8")):
        assert f"newsdesk {output}" in known, f"{_name(page)}: there is no `newsdesk {output}`"


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_options_named_in_the_text_exist(page: Path) -> None:
    options = {
        option for command in _commands().values() for param in command.params for option in param.opts
    }
    options |= {"--version", "--help", "--examples"}
    text = re.sub(r"```(?!text).*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for output in re.findall(r"`(--[a-z][a-z-]*)", text):
        assert output in options, f"{_name(page)}: no command has {output}"


# Settings


def test_every_setting_has_its_section() -> None:
    text = _text("settings.md")
    assert list(_sections(text, "###")) == list(SETTINGS)
    assert _first_cells(text) == list(SETTINGS)


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_variables_named_in_the_text_exist(page: Path) -> None:
    known = {variable_of(name) for name in SETTINGS} | {"NEWSDESK_CONFIG", "NEWSDESK_CORPUS"}
    for output in re.findall(r"NEWSDESK_[A-Z_]*[A-Z]", page.read_text(encoding="utf-8")):
        assert output in known or is_secret(f"{output}_"), f"{_name(page)}: there is no variable {output}"


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_settings_named_in_the_text_exist(page: Path) -> None:
    tables = "|".join({name.partition(".")[0] for name in SETTINGS if "." in name})
    for output in re.findall(rf"`((?:{tables})\.[a-z_]+)`", page.read_text(encoding="utf-8")):
        assert output in SETTINGS or output.endswith(".py"), f"{_name(page)}: there is no setting {output}"


def _toml() -> Iterator[tuple[str, str]]:
    for page in _pages():
        for block in re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            yield _name(page), block


@pytest.mark.parametrize(("page", "block"), list(_toml()))
def test_settings_files_in_the_pages_can_be_read(page: str, block: str, tmp_path: Path) -> None:
    file = tmp_path / "newsdesk.toml"
    file.write_text(block, encoding="utf-8")
    (tmp_path / "passwords.toml").touch(mode=0o600)
    read_settings({"NEWSDESK_CONFIG": str(file)})


def test_the_whole_file_names_every_setting(tmp_path: Path) -> None:
    file = tmp_path / "newsdesk.toml"
    file.write_text(max((block for _, block in _toml()), key=len), encoding="utf-8")
    (tmp_path / "passwords.toml").touch(mode=0o600)
    settings = read_settings({"NEWSDESK_CONFIG": str(file)})
    assert {name for name, origin in settings.origin.items() if origin == "default"} == set()
    same = {name for name, setting in SETTINGS.items() if settings.values[name] == setting.default}
    assert same == set(), "the example shows values that differ from the defaults"


@pytest.mark.parametrize("name", SETTINGS)
def test_ranges_in_the_text_are_those_of_the_code(name: str) -> None:
    output = re.match(r"\s*From ([\d.]+) to ([\d.]+?)\.\s", _sections(_text("settings.md"), "###")[name])
    if output is None:
        default = SETTINGS[name].default
        assert isinstance(default, str | tuple | bool), f"docs/settings.md, {name}: From … to … is missing"
        return
    read, step = SETTINGS[name].read, 1 if "." not in output[1] else 0.001
    for edge in output.groups():
        read(edge)
    for beyond in (f"{float(output[1]) - step:g}", f"{int(output[2]) + 1}"):
        with pytest.raises(ValueError, match="must be"):
            read(beyond)


# The store


def test_every_table_view_and_column_has_its_line() -> None:
    stored = update.tables()
    shown = {name: _first_cells(section) for name, section in _sections(_text("store.md"), "###").items()}
    assert sorted(shown) == sorted(stored)
    for name, columns in stored.items():
        assert shown[name] == columns, f"docs/store.md, {name}: run `python docs/update.py`"


def test_no_line_of_the_tables_is_empty() -> None:
    for page in ("store.md", "outcomes.md"):
        assert not re.findall(r"^\| `[^`]+` \| +\|", _text(page), flags=re.MULTILINE)
        assert update.UNTOLD not in _text(page), f"docs/{page}: write what it is"


# Outcomes


def _outcomes() -> dict[str, str]:
    """code → category of every outcome that crawler and store can give, from constants side by side in their code."""
    groups = set(get_args(OutcomeCategory))
    found: dict[str, str] = {}
    for path in sorted([*(ROOT / "crawler").rglob("*.py"), *(ROOT / "storage" / "visits").glob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found |= _from_call(node, groups)
            if isinstance(node, ast.Tuple):
                found |= _pairs(node.elts, groups)
    found |= {word: "temporary" for word, _ in errors._CONNECTIONS.values()}
    found |= {word: "tls" for word, _ in errors._CERTIFICATES.values()}
    return found


def _from_call(node: ast.Call, groups: set[str]) -> dict[str, str]:
    named = {word.arg: word.value for word in node.keywords}
    called = ast.unparse(node.func)
    if called in ("AddressError", "SecretError"):
        return {_constant(node.args[0]): "not-allowed" if called == "AddressError" else "forbidden"}
    if called in ("_CERTIFICATES.get", "_CONNECTIONS.get") and isinstance(node.args[1], ast.Tuple):
        return {_constant(node.args[1].elts[0]): "tls" if called.startswith("_CERT") else "temporary"}
    if "code" in named and "category" in named:
        return {_constant(named["code"]): _constant(named["category"])} if _constant(named["code"]) else {}
    return _pairs(node.args, groups)


def _pairs(nodes: list[ast.expr], groups: set[str]) -> dict[str, str]:
    words = [_constant(node) for node in nodes]
    return {word: group for word, group in pairwise(words) if word and group in groups}


def _constant(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def test_every_outcome_code_has_its_line_under_its_category() -> None:
    given = _outcomes()
    assert given.pop("fetched") == "ok"  # of the HTTP client alone: no row has it
    parts = re.split(r"^## ([\w-]+)\n", _text("outcomes.md"), flags=re.MULTILINE)
    shown = {
        word: group
        for group, body in zip(parts[1::2], parts[2::2], strict=True)
        for word in _first_cells(body)
    }
    assert list(parts[1::2]) == list(get_args(OutcomeCategory))
    assert shown == given


# Links and paths


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_relative_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / unquote(file)).resolve() if file else page
        assert found.is_relative_to(ROOT) and found.exists(), f"{_name(page)}: {target}"
        if anchor:
            assert anchor in _anchors(found), f"{_name(page)}: {target} has no such heading"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", _pages(), ids=_name)
def test_no_page_knows_the_machine_it_was_written_on(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for place in ("/tmp/", "/work/", "../shared", "/root/"):
        assert place not in text, f"{_name(page)} names {place}"


def test_the_picture_shows_text_and_fetches_nothing() -> None:
    picture = (DOCS / "terminal.svg").read_text(encoding="utf-8")
    assert "$ newsdesk stories" in picture and "$ newsdesk story" in picture
    assert "http" not in re.sub(r">[^<]*<|xmlns=\"[^\"]*\"", "", picture)


def test_every_metric_has_its_line(tmp_path: Path) -> None:
    from newsdesk.storage.db.database import prepare
    from newsdesk.web.metrics import Metrics

    prepare(tmp_path / "newsdesk.db")
    shown = Metrics(tmp_path / "newsdesk.db").text().decode()
    made = set(re.findall(r"^# TYPE (newsdesk_\w+) ", shown, re.MULTILINE))
    made = {name for name in made if not name.endswith("_created")}
    lined = set(re.findall(r"^\| `(newsdesk_\w+)` \|", _text("metrics.md"), re.MULTILINE))
    assert lined == made
