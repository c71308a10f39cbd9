"""Checks the lines of an imported list and plans the first visits. A bad line does not stop the others.

Pure: the states of known addresses are an argument.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar, get_args

from newsdesk.crawler.credentials.redaction import redact
from newsdesk.crawler.feeds.opml import ParsedSource
from newsdesk.crawler.normalise.languages import normalise_language
from newsdesk.crawler.normalise.urls.canonical import absolute_url
from newsdesk.crawler.normalise.urls.sites import site_of
from newsdesk.scheduler.cadence.first_visits import spread
from newsdesk.scheduler.durations import format_duration
from newsdesk.settings.values import parse_span
from newsdesk.sources.secret_options import check_secret_name
from newsdesk.sources.values import (
    check_address,
    check_country,
    check_cron,
    check_keep,
    check_language,
    check_name,
    check_tags,
    check_timezone,
    one_line,
)
from newsdesk.storage.pages.estimate import PageEstimate, slowest_host
from newsdesk.storage.plurals import count
from newsdesk.storage.records.sources.spiders import stored_spider
from newsdesk.storage.records.visits import NO_SECRETS, SOURCE_KINDS, SecretNames, SourceKind
from newsdesk.storage.sources.secret_names import SECRET_COLUMNS
from newsdesk.storage.sources.sources import NewSource, State
from newsdesk.storage.sources.subscriptions import ImportedSource, revives

MOST_SOURCES = 200_000  # lines, good and bad
T = TypeVar("T")
_YES_NO = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    """A valid line of the list."""

    new: NewSource
    title: str | None
    home: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that cannot be imported: its number, its text, the reason."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedList:
    """The distinct sources of a list, the number of repeated lines, the bad lines, and the number of sources
    whose names of secrets were left out."""

    sources: tuple[ListedSource, ...]
    repeated: int
    bad: tuple[BadLine, ...]
    without_secrets_count: int = 0


def check_sources(
    listed: Iterable[ParsedSource], *, tags: Sequence[str] = (), with_secrets: bool = False
) -> CheckedList:
    """A feed in several folders becomes one source with all their tags. Names of secrets are imported only with
    `with_secrets`: a list from elsewhere could have your secrets sent to its author's server."""
    sources: dict[str, ListedSource] = {}
    bad: list[BadLine] = []
    repeated = without_secrets_count = 0
    for number, one in enumerate(listed):
        if number >= MOST_SOURCES:
            why = (
                f"this line and all after it are left out: a list may have {MOST_SOURCES:,} sources; split it"
            )
            bad.append(BadLine(line=one.line, text="", why=why))
            break
        try:
            source = _parse_line(one, tags)
            first = sources.get(source.new.address)
            if first is not None:
                both = check_tags((*first.new.tags, *source.new.tags))
                source = replace(first, new=replace(first.new, tags=both))
                repeated += 1
        except ValueError as error:
            bad.append(
                BadLine(line=one.line, text=one_line(redact(one.address))[:200], why=redact(str(error)))
            )
            continue
        if source.new.secrets != NO_SECRETS and not with_secrets:
            without_secrets_count += 1
            source = replace(source, new=replace(source.new, secrets=NO_SECRETS))
        sources[source.new.address] = source
    return CheckedList(
        sources=tuple(sources.values()),
        repeated=repeated,
        bad=tuple(bad),
        without_secrets_count=without_secrets_count,
    )


def _parse_line(one: ParsedSource, tags: Sequence[str]) -> ListedSource:
    if one.kind is not None and one.kind.lower().startswith(("html", "json+", "xml+")):
        raise ValueError(f"is not a feed but a page that another program scrapes ({one_line(one.kind)[:40]})")
    own = one.own
    spider = _own(own, "spider", stored_spider)
    start, host = check_address(one.address if spider is None else spider.start)
    address = start if spider is None else spider.address
    kind = _own(own, "kind", _kind) or "feed"
    if (kind == "spider") != (spider is not None):
        raise ValueError(f"newsdesk:kind={kind!r}: the attributes kind=spider and spider belong together")
    whole = "state" in own
    every = _own(own, "every", lambda text: parse_span(text) if text.strip() else None)
    cron = _own(own, "cron", check_cron)
    if every is not None and cron is not None:
        raise ValueError(
            f"every {own['every']!r} and cron {own['cron']!r} exclude each other; keep one of them"
        )
    name = " ".join((one.name or "").split())  # some files have it indented
    new = NewSource(
        address=address,
        host=host,
        site=site_of(start),
        kind=kind,
        spider=spider,
        name=_own(own, "name", check_name) if whole
        else None if name == one.address.strip() else check_name(name),
        tags=check_tags((*one.tags, *tags)),
        every_s=every,
        cron=cron,
        keep_days=_own(own, "keep", check_keep),
        full_text=_own(own, "fullText", _yes_no) or False,
        language=_own(own, "language", check_language) if whole or "language" in own
        else normalise_language(one.language),
        country=_own(own, "country", check_country),
        timezone=_own(own, "timezone", check_timezone),
        state=_own(own, "state", _state) or "active",
        secrets=SecretNames(
            auth=_own(own, "auth", check_secret_name),
            headers=_own(own, "headers", _secret_names) or (),
            cookies=_own(own, "cookies", check_secret_name),
            proxy=_own(own, "proxy", check_secret_name),
        ),
    )  # fmt: skip
    return ListedSource(
        new=new,
        title=_own(own, "title", check_name) if whole else None,
        home=absolute_url(one.home, base=None) if one.home else None,
    )


def _own(own: Mapping[str, str], name: str, check: Callable[[str], T]) -> T | None:
    if name not in own:
        return None
    try:
        return check(own[name])
    except ValueError as error:
        value = "" if name in SECRET_COLUMNS else f"={own[name]!r}"  # it may be the secret itself
        raise ValueError(f"newsdesk:{name}{value}: {error}") from None


def _secret_names(text: str) -> tuple[str, ...]:
    names = (check_secret_name(part) for part in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))


def _yes_no(text: str) -> bool:
    try:
        return _YES_NO[text.strip().lower()]
    except KeyError:
        raise ValueError("write true or false") from None


def _state(text: str) -> State:
    for state in get_args(State):
        if text.strip().lower() == state:
            known: State = state
            return known
    raise ValueError(f"write one of {', '.join(get_args(State))}")


def _kind(text: str) -> SourceKind:
    for kind in SOURCE_KINDS:
        if text.strip().lower() == kind:
            return kind
    raise ValueError(f"write one of {', '.join(SOURCE_KINDS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The result of an import, and the duration of the first round of visits. `busiest`: the host with most of
    the new sources; `estimate`: the pages that their first visits may bring."""

    joining: tuple[ImportedSource, ...]
    sources: int
    hosts: int
    busiest: str
    most: int
    pauses_s: float
    round_s: float
    ahead: PageEstimate

    @property
    def summary(self) -> str:
        """The plan in one line."""
        sources = f"{count(self.sources, 'source')} on {count(self.hosts, 'host')}"
        when = f"first visits are spread over {format_duration(round(self.round_s))}"
        if self.pauses_s >= 1 and self.most > 1:
            least = format_duration(round(self.pauses_s))
            when += f"; all at once take at least {least}: {self.most:,} sources share the rate limit of {self.busiest}"
        return f"{sources}: {when}"


def plan_first_visits(
    sources: Sequence[ListedSource],
    states: Mapping[str, State],
    *,
    every_s: int,
    delay_s: float,
    backlog: int,
    now: datetime,
) -> Plan:
    """`states`: those of the addresses that are sources already; they get no new first visit."""
    fresh = [
        one
        for one in sources
        if one.new.address not in states or revives(states[one.new.address], one.new.state)
    ]
    active = [one for one in fresh if one.new.state == "active"]
    hosts = [one.new.host for one in active]
    waits = dict(
        zip((one.new.address for one in active), spread(hosts, every_s=every_s, delay_s=delay_s), strict=True)
    )
    counts = Counter(hosts)
    read = Counter(one.new.host for one in active if one.new.full_text)
    busiest, most = counts.most_common(1)[0] if counts else ("", 0)
    return Plan(
        joining=tuple(
            ImportedSource(
                new=one.new,
                title=one.title,
                home=one.home,
                # a source with an interval of its own waits no longer than that interval
                first_at=now
                + timedelta(seconds=waits.get(one.new.address, 0.0) % (one.new.every_s or float("inf"))),
            )
            for one in sources
        ),
        sources=len(active),
        hosts=len(counts),
        busiest=busiest,
        most=most,
        pauses_s=(most - 1) * delay_s if most else 0.0,
        round_s=max(every_s, most * delay_s),
        ahead=slowest_host(
            {host: count * backlog for host, count in read.items()}, {}, due=0, delay_s=delay_s
        ),
    )
