"""Settings: file, variables, and errors for values that cannot be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from newsdesk.settings.definitions import SETTINGS, variable_of
from newsdesk.settings.reader import SettingsError, check_certificates, read_settings
from newsdesk.settings.values import parse_span, parse_switch


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No settings of the person who runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


def write(folder: Path, text: str) -> None:
    (folder / "newsdesk.toml").write_text(text, "utf-8")


def test_defaults_without_a_file() -> None:
    settings = read_settings({})
    assert settings.db == Path("newsdesk.db")
    assert set(settings.origin.values()) == {"default"}
    assert (settings.runner.limits.visit_s, settings.runner.limits.body_bytes) == (60.0, 10 * 1024 * 1024)
    assert (settings.runner.session.delay_s, settings.runner.every_s) == (1.0, None)
    assert (settings.runner.mean_interval_s, settings.runner.shortest_s) == (3600, 300.0)
    assert settings.runner.session.client.allow == ()


def test_each_setting_accepts_its_default_and_has_a_description() -> None:
    for name, setting in SETTINGS.items():
        assert setting.about, name
        if isinstance(setting.default, str | int | float):
            assert setting.read(setting.default) == (
                300 if name == "schedule.min_interval" else setting.default
            )


def test_file_over_default_and_variable_over_file(folder: Path) -> None:
    write(folder, 'db = "mine.db"\n[politeness]\ndelay_s = 5\nhosts = 7\n[schedule]\nevery = "30m"\n')
    settings = read_settings({"NEWSDESK_POLITENESS_DELAY_S": "2.5", "PATH": "/bin"})
    assert (settings.runner.session.delay_s, settings.runner.hosts, settings.runner.every_s) == (2.5, 7, 1800)
    assert settings.origin["politeness.delay_s"] == "NEWSDESK_POLITENESS_DELAY_S"
    assert settings.origin["politeness.hosts"].endswith("newsdesk.toml")
    assert settings.origin["parsing.workers"] == "default"


def test_a_named_file_takes_precedence_and_its_paths_are_relative_to_it(folder: Path) -> None:
    write(folder, "[politeness]\ndelay_s = 5\n")
    other = folder / "other"
    other.mkdir()
    (other / "desk.toml").write_text('db = "desk.db"\n', "utf-8")
    settings = read_settings({"NEWSDESK_CONFIG": str(other / "desk.toml")})
    assert (settings.runner.session.delay_s, settings.db) == (1.0, other / "desk.db")
    settings = read_settings({"NEWSDESK_CONFIG": str(other / "desk.toml"), "NEWSDESK_DB": "here.db"})
    assert settings.db == Path("here.db")  # relative to the working folder


def test_the_file_in_the_home_folder_is_the_last_choice(folder: Path) -> None:
    place = folder / "home" / ".config" / "newsdesk"
    place.mkdir(parents=True)
    (place / "newsdesk.toml").write_text("[politeness]\ndelay_s = 9\n", "utf-8")
    assert read_settings({}).runner.session.delay_s == 9
    write(folder, "[politeness]\ndelay_s = 5\n")
    assert read_settings({}).runner.session.delay_s == 5


def test_lists_in_a_variable_are_separated_by_commas() -> None:
    settings = read_settings({"NEWSDESK_NETWORK_ALLOW": "127.0.0.1:8001, 10.0.0.0/8"})
    assert settings.runner.session.client.allow == ("127.0.0.1:8001", "10.0.0.0/8")


def test_the_contact_is_in_the_user_agent() -> None:
    agent = read_settings({"NEWSDESK_NETWORK_CONTACT": "mail@news.example"}).runner.session.client.user_agent
    assert agent.startswith("newsdesk/") and agent.endswith("(+mail@news.example)")


BAD_FILES: list[tuple[str, str]] = [
    # the file, the error
    ("[politeness]\ndelay = 5\n", r"no setting 'politeness\.delay'; did you mean politeness\.delay_s\?"),
    ("[politenes]\ndelay_s = 5\n", r"did you mean politeness\.delay_s\?"),
    ("databse = 'x'\n", r"no setting 'databse'"),
    ("xyzzy = 1\n", r"known are: db, "),
    ("[politeness]\ndelay_s = -1\n", r"politeness\.delay_s = -1 .*newsdesk\.toml\): must be a number from 0 to 3600"),
    ("[politeness]\ndelay_s = true\n", r"delay_s = True"),
    ("[politeness]\ndelay_s = nan\n", r"delay_s = nan .*must be a number"),
    ("[politeness]\ndelay_s = '1 s'\n", r"delay_s = '1 s'"),
    ("[politeness]\nhosts = 1.5\n", r"hosts = 1\.5"),
    ("[politeness]\nhosts = 0\n", r"must be a whole number from 1 to 1000"),
    ("politeness = 5\n", r"no setting 'politeness'"),
    ("[network]\nallow = '127.0.0.1:99999'\n", r"99999"),
    ("[network]\nallow = ['localhost']\n", r"cannot read 'localhost'.*127\.0\.0\.1:8001"),
    ("[network]\nallow = 5\n", r"must be a list like"),
    ("[network]\ncontact = \"a\\nb\"\n", r"must be one line of text"),
    ("[network]\nresolve = ['*.test']\n", r"resolve.*\*\.test"),
    ("[schedule]\nevery = 'often'\n", r"every = 'often'.*30m, 2h or 1d"),
    ("[schedule]\nevery = 0\n", r"more than 0"),
    ("db = 5\n", r"db = 5"),
    ("db = ''\n", r"db = ''"),
    ("delay_s = \n", r"cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"), BAD_FILES, ids=[row[0].strip().replace("\n", " ") for row in BAD_FILES]
)
def test_errors_name_setting_value_and_remedy(folder: Path, text: str, words: str) -> None:
    write(folder, text)
    with pytest.raises(SettingsError, match=words):
        read_settings({})


BAD_VARIABLES: list[tuple[dict[str, str], str]] = [
    ({"NEWSDESK_POLITENESS_DELAY": "1"}, r"no variable NEWSDESK_POLITENESS_DELAY; did you mean NEWSDESK_POLITENESS_D"),
    ({"NEWSDESK_POLITENESS_DELAY_S": "fast"}, r"politeness\.delay_s = 'fast' \(from NEWSDESK_POLITENESS_DELAY_S\)"),
    ({"NEWSDESK_POLITENESS_DELAY_S": ""}, r"politeness\.delay_s = ''"),
    ({"NEWSDESK_CONFIG": "/nowhere/newsdesk.toml"}, r"NEWSDESK_CONFIG names /nowhere/newsdesk\.toml, but"),
]  # fmt: skip


@pytest.mark.parametrize(("environment", "words"), BAD_VARIABLES, ids=[row[1][:40] for row in BAD_VARIABLES])
def test_errors_of_variables(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read_settings(environment)


def test_certificates_are_checked_by_commands_that_send_requests(folder: Path) -> None:
    write(folder, "[network]\nca_file = 'our.pem'\n")
    settings = read_settings({"NEWSDESK_CONFIG": str(folder / "newsdesk.toml")})
    with pytest.raises(SettingsError, match=r"network\.ca_file = '.*our\.pem': cannot be read"):
        check_certificates(settings)
    check_certificates(read_settings({"NEWSDESK_NETWORK_CA_FILE": ""}))


SPANS: list[tuple[Any, int | None]] = [
    (90, 90), ("90", 90), ("45s", 45), ("30m", 1800), (" 2H ", 7200), ("1d", 86400), ("366d", 366 * 86400),
    ("", None), ("0", None), ("-5m", None), ("m", None), ("1.5h", None), ("5 m", None), ("1h30m", None),
    ("367d", None), ("9" * 5000 + "d", None), (True, None), ("²", None), ("٣m", 180), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "seconds"), SPANS, ids=[repr(row[0])[:20] for row in SPANS])
def test_spans(value: Any, seconds: int | None) -> None:
    if seconds is None:
        with pytest.raises(ValueError, match=r"\S"):
            parse_span(value)
    else:
        assert parse_span(value) == seconds


SWITCHES: list[tuple[Any, bool | None]] = [
    (True, True), (False, False), ("true", True), (" No ", False), ("on", True), ("0", False), (1, True),
    ("", None), ("maybe", None), (2, None), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "on"), SWITCHES, ids=[repr(row[0]) for row in SWITCHES])
def test_switches(value: Any, on: bool | None) -> None:
    if on is None:
        with pytest.raises(ValueError, match="must be true or false"):
            parse_switch(value)
    else:
        assert parse_switch(value) is on


def test_a_story_counts_once_unless_that_is_turned_off(folder: Path) -> None:
    assert read_settings({}).runner.count_once
    write(folder, "[schedule]\ncount_once = false\n")
    assert not read_settings({}).runner.count_once
    assert read_settings({"NEWSDESK_SCHEDULE_COUNT_ONCE": "yes"}).runner.count_once


def test_names_of_variables() -> None:
    assert variable_of("network.allow") == "NEWSDESK_NETWORK_ALLOW"
    assert len({variable_of(name) for name in SETTINGS}) == len(SETTINGS)
