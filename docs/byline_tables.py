"""The tables of docs/bylines.md, generated from the code."""

from __future__ import annotations

from collections import Counter, defaultdict

# Language and printed byline; the results come from the code.
EXAMPLES = (
    ("en", "By Irene Vale, AP Business Writer"),
    ("en", "Irene ValeSenior EditorUpdated Dec. 3, 2024"),
    ("en", "Irene Vale Port Marlow Gazette"),
    ("en", "Reporting by Irene Vale; Editing by Max Roe"),
    ("en", "Irene Vale is a reporter covering courts."),
    ("en", "Harbour Gazette staff"),
    ("en", "LONDON (Reuters)"),
    ("en", "Web Desk"),
    ("en", "DOE, JANE"),
    ("en", "Mark SubbaRao"),
    ("en", "Social Links Navigation"),
    ("de", "Bundesministerium für Wirtschaft und Klimaschutz"),
    ("de", "WELT-Redakteurin Anna Hügel, Kiel"),
    ("es", "Ana Gil y Luis Rey / EFE"),
    ("es", "José Ortega y Gasset"),
    ("he", "נועה ברק ועידו שגיא"),
    ("zh", "記者林曉梅／台北報導"),
    ("ja", "取材・文＝佐々木涼子 写真＝小川健"),
    ("ko", "(서울=연합뉴스) 김서연 기자 ="),
)


def examples() -> str:
    """The parsed names of some bylines."""
    from newsdesk.crawler.normalise.bylines.parser import parse_byline

    rows = ["| printed | name | kind | role | organisation |", "| --- | --- | --- | --- | --- |"]
    for language, printed in EXAMPLES:
        escaped = printed.replace("|", "\\|")
        authors = parse_byline(printed, language=language)
        for author in authors:
            organisation = author.organisation or ""
            rows.append(f"| `{escaped}` | {author.name} | {author.kind} | {author.role} | {organisation} |")
        if not authors:
            rows.append(f"| `{escaped}` | none | | | |")
    return "\n".join(rows) + "\n"


# Where a page names its authors, by the names in `PRECEDENCE`.
ORIGINS = {
    "site file": "what the [site file](site-files.md) of the newspaper selects; then no other origin counts",
    "json-ld": "`author` or `creator` of the node of the story",
    "feed": "the authors in the feed of the story",
    "meta": "the first meta element for authors",
    "other meta": "the other meta elements for authors",
    "byline": "`rel=author`, `itemprop=author`, classes such as `byline`, links to authors' pages",
    "line": "a line beside the headline with little more than `By Ann Hill` or `3 May 2024 | Ann Hill`; a fact list; "
    "names alone in bold above the text",
    "signature": "a line at the end of the text with little more than `Text: Ann Hill` or the name",
}


def origins() -> str:
    """The origins of the authors of a page in order of precedence."""
    from newsdesk.crawler.pages.merge import PRECEDENCE

    rows = ["| | origin | what it is |", "| --- | --- | --- |"]
    rows += [f"| {at} | {name} | {ORIGINS[name]} |" for at, name in enumerate(PRECEDENCE["authors"], 1)]
    return "\n".join(rows) + "\n"


def words() -> str:
    """How many credits, jobs and desk words each language has."""
    from newsdesk.crawler.normalise.bylines import word_tables as tables

    credits: Counter[str] = Counter()
    first: dict[str, str] = {}
    for some in tables.CREDITS.values():
        for credit in some:
            credits[credit.language] += 1
            if credit.role == "writer":
                first.setdefault(credit.language, " ".join(credit.words))
    collective: dict[str, Counter[str]] = defaultdict(Counter)
    for name, lines in (("jobs", tables.JOB_LINES), ("desks", tables.DESK_LINES)):
        for head, listed in lines:
            collective[head.split()[0]][name] += len(listed)
    rows = ["| language | credits | such as | jobs | desks |", "| --- | --- | --- | --- | --- |"]
    for language in sorted(set(credits) | set(collective)):
        counts = collective[language]
        rows.append(
            f"| {language} | {credits[language] or ''} | {first.get(language, '')} | {counts['jobs'] or ''} "
            f"| {counts['desks'] or ''} |"
        )
    known = f"{len(tables.OUTLETS):,} agencies and papers are known by name"
    rows.append(f"\n{len(credits)} languages have credit words; {known}.")
    return "\n".join(rows) + "\n"
