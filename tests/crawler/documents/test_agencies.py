"""The agency that a story names as its source."""

from __future__ import annotations

import pytest

from newsdesk.crawler.normalise.agencies import find_agency

CASES = [  # (site, authors, text, agency)
    ("", [], "LONDON (AP) — A ferry ran aground.", "AP"),
    ("", [], "LONDON, Reuters - A ferry ran aground.", "Reuters"),
    ("", [], "BERLIN (dpa) - Ein Schiff lief auf Grund.", "dpa"),
    ("", [], "PARIS, 24 nov. (AFP) - Un bateau s'est échoué.", "AFP"),
    ("", [], "By Staff Writer, Associated Press. A ferry ran aground.", "AP"),
    ("", [], "A ferry ran aground.\n\n(Reuters)", "Reuters"),
    ("", [], "Ein Schiff lief auf Grund. (dpa/AFP)", "dpa"),
    ("", [], "A ferry ran aground.\n\n© AFP", "AFP"),
    ("", ["PA Media"], "A ferry ran aground.", "PA"),
    ("", ["Ann Hill", "Reuters"], None, "Reuters"),
    ("", ["Ann Hill", "Meridian Wire"], "A ferry ran aground.", "Meridian Wire"),
    ("", ["Agencia Meridiano"], None, "Agencia Meridiano"),
    ("", ["Maldives News Agency"], None, "Maldives News Agency"),
    ("", ["The Wire"], None, None),
    ("", ["Ann Wireman"], None, None),
    ("reuters.com", [], "A ferry ran aground.", "Reuters"),
    ("", [], "The captain told Reuters that it was dark. AP reported the same.", None),
    ("", [], "PITTSBURGH, PA - A barge ran aground.", None),
    ("", ["Ann Hill"], "A ferry ran aground.", None),
    ("", [], None, None),
]


@pytest.mark.parametrize(("site", "authors", "text", "agency"), CASES)
def test_agency(site: str, authors: list[str], text: str | None, agency: str | None) -> None:
    assert find_agency(site, authors, text) == agency
