"""The lead of a cluster, its agency, and how many publishers carried it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsdesk.storage.clusters.members import Member, agency_of, lead_of, publishers_of, summary_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def member(story_id: int, site: str, *outlets: str, minutes: int = 0, agency: str | None = None) -> Member:
    at = NOON + timedelta(minutes=minutes)
    return Member(story_id=story_id, site=site, at=at, agency=agency, outlets=outlets)


LEADS: list[tuple[str, list[Member], int, str | None]] = [
    ("the earliest", [member(1, "a.test", minutes=5), member(2, "b.test", minutes=3)], 2, None),
    ("of two at once the first stored", [member(2, "a.test"), member(1, "b.test")], 1, None),
    (
        "the agency's own",
        [member(1, "a.test"), member(2, "reuters.com", minutes=9, agency="Reuters")],
        2,
        "Reuters",
    ),
    (
        "an agency that is no member",
        [member(1, "a.test"), member(2, "b.test", minutes=1, agency="AP")],
        1,
        "AP",
    ),
    (
        "the agency that most name",
        [
            member(1, "a.test", agency="AFP"),
            member(2, "b.test", minutes=1, agency="AP"),
            member(3, "c.test", minutes=2, agency="AP"),
        ],
        1,
        "AP",
    ),
    (
        "of two agencies the earlier",
        [member(1, "a.test", minutes=1, agency="AFP"), member(2, "b.test", agency="AP")],
        2,
        "AP",
    ),
    (
        "the earliest of an agency's own",
        [
            member(1, "afp.com", minutes=7, agency="AFP"),
            member(2, "afp.com", minutes=4, agency="AFP"),
            member(3, "a.test"),
        ],
        2,
        "AFP",
    ),
]


@pytest.mark.parametrize(("name", "members", "lead", "agency"), LEADS, ids=[row[0] for row in LEADS])
def test_lead_and_agency(name: str, members: list[Member], lead: int, agency: str | None) -> None:
    for ordered in (members, members[::-1]):
        assert (lead_of(ordered).story_id, agency_of(ordered)) == (lead, agency)


PUBLISHERS: list[tuple[str, list[Member], int]] = [
    ("one alone", [member(1, "a.test")], 1),
    ("two sites", [member(1, "a.test", "Gazette"), member(2, "b.test", "Courier")], 2),
    ("many addresses of one site", [member(number, "a.test") for number in range(1, 9)], 1),
    ("one name on two sites", [member(1, "bbc.com", "BBC News"), member(2, "bbc.co.uk", "bbc news!")], 1),
    (
        "a title that names nobody",
        [member(1, "a.test", "Latest News"), member(2, "b.test", "Latest news")],
        2,
    ),
    (
        "names in a row",
        [member(1, "c.test", "One"), member(2, "b.test", "One", "Two"), member(3, "a.test", "Two")],
        1,
    ),
    ("no name", [member(1, "a.test", ""), member(2, "b.test", "–")], 2),
]


@pytest.mark.parametrize(("name", "members", "number"), PUBLISHERS, ids=[row[0] for row in PUBLISHERS])
def test_publishers_are_sites_or_outlets_of_one_name(name: str, members: list[Member], number: int) -> None:
    for ordered in (members, members[::-1]):
        assert summary_of(ordered).publishers == number
        assert publishers_of(ordered) == publishers_of(members)
