"""What an address alone says about whether a story is behind it, as reasons with weights. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from newsdesk.crawler.links.address_form import NAMES, NUMBERS, AddressForm
from newsdesk.crawler.links.models import Reason
from newsdesk.crawler.links.tables import index_words
from newsdesk.crawler.normalise.urls.canonical import is_front_form
from newsdesk.crawler.normalise.urls.hosts import bare_host
from newsdesk.crawler.normalise.urls.sites import site_of_host

DECISIVE = -10.0  # no other reason outweighs it
_BY_FORM = {
    "slug-id": (2.5, "a name with a number in the address"),
    "slug": (1.3, "a long name in the address"),
    "slug3": (0.4, "a name of three words in the address"),
    "id": (1.2, "a number in the address"),
    "code": (1.5, "a code in the address"),
    "n": (-0.5, "a short number in the address"),
    "w": (-0.8, "a short name in the address"),
    "date": (-2.5, "a date only in the address"),
    "": (-1.0, "no name in the address"),
}
_SHORTEST_WORD = 5  # letters of a word that makes a name of several words a service: `contact-the-newsroom`


def own_site(host: str) -> str:
    """The site of a host, with or without a port. Below a top-level domain that the public suffix list does not have,
    its last two labels. The port belongs to the site of an IP literal only."""
    host = bare_host(f"//{host}") or ""
    site = site_of_host(host)
    labels = host.split(".")
    if len(labels) > 2 and site == host.removeprefix("www.") and not host.replace(".", "").isdigit():
        unlisted = f"a.b.{labels[-1]}"
        if site_of_host(unlisted) == unlisted:
            return ".".join(labels[-2:])
    return site


def names_story(form: AddressForm) -> bool:
    """Whether the address names one story by itself."""
    if form.last == "date":
        return False
    return (
        form.last in ("slug-id", "slug", "id", "code")
        or form.has_date
        or form.has_number
        or form.parameter.endswith(NUMBERS)
    )


def address_reasons(
    canonical: str, form: AddressForm, *, sites: frozenset[str], page: str
) -> Iterator[Reason]:
    """The reasons of one address. `sites` are those whose stories are wanted; `page` is the canonical address of the
    page that links to it."""
    if own_site(form.host) not in sites:
        yield Reason("another site", DECISIVE)
        return
    if is_front_form(canonical):
        yield Reason("a front page", DECISIVE)
        return
    if form.is_file:
        yield Reason("a file", DECISIVE)
    label = form.host.partition(".")[0]
    if label in index_words.HOSTS and form.host != page[2:].partition("/")[0]:
        yield Reason(f"a host for other things: {label}", -3.5)
    yield from _form_reasons(form)
    if form.is_further_page:
        yield Reason("a further page of a list", -4.0)
    if page.startswith(f"{canonical}/"):
        yield Reason("the page is below it", -3.0)
    yield from _word_reasons(form)


def _form_reasons(form: AddressForm) -> Iterator[Reason]:
    weight, name = _BY_FORM[form.last]
    if form.last == "slug-id" and form.words < 3:
        weight = 1.5
    elif form.last == "slug" and form.words >= 5:
        weight = 1.8
    elif form.last == "w" and len(form.pieces) == 1:
        weight, name = -1.5, "a short name at the root of the site"
    if form.parameter and form.last not in NUMBERS:
        strong = form.parameter.endswith(NUMBERS)
        weight, name = 1.0 if strong else -0.2, "a number in the parameters of the address"
    yield Reason(name, weight)
    if form.last in (*NAMES, "n") and any(piece in NUMBERS for piece in form.pieces[:-1]):
        yield Reason("a number in a folder of the address", 1.8)
    elif form.last in ("w", "n") and form.pieces[-2:-1] == ("slug",):
        yield Reason("a long name in a folder of the address", 1.8)
    if form.has_date and form.last != "date":
        yield Reason("a date in the address", 1.2 if form.last == "w" and form.words < 2 else 1.8)


def _word_reasons(form: AddressForm) -> Iterator[Reason]:
    """Words of lists, people, services and paid content in the address. Below a list a story may still stand."""
    if not form.names:
        return
    last, folders = form.names[-1], form.names[:-1]
    story = names_story(form)
    if (paid := _first(folders, index_words.PAID)) is not None:
        yield Reason(f"below what is paid for: {paid}", -4.0)
    if (thing := _first(folders, index_words.OTHER_THINGS)) is not None:
        weight = -2.0 if form.has_date else -5.0 if form.is_identified else -8.0
        yield Reason(f"below other things than stories: {thing}", weight)
    elif last in index_words.OTHER_THINGS:
        yield Reason(f"the address of other things than stories: {last}", -1.5)
    lists, people = (_first(folders[::-1], table) for table in (index_words.LISTS, index_words.AUTHORS))
    if last in index_words.LISTS and not form.parameter:
        yield Reason(f"the address of a list: {last}", -2.5)
    elif lists is not None:
        directly = lists == folders[-1] or form.last in ("n", "w")
        yield Reason(f"below a list: {lists}", _below_list(form, directly=directly))
    if last in index_words.AUTHORS and not form.parameter:
        yield Reason(f"the address of an author: {last}", -2.5)
    elif people is not None:
        yield Reason(f"below an author: {people}", _below_author(form, directly=people == folders[-1]))
    if last in index_words.SERVICES or (not story and form.words <= 5 and _names_service(last)):
        yield Reason(f"the address of a service: {last}", -3.0)
    elif not form.is_identified and _names_service(last):
        yield Reason("a word of services in the address", -1.0)
    elif (service := _first(folders, index_words.SERVICES)) is not None:
        strong = story and (form.has_date or form.words >= 3)  # not `/weather/marston-12345`
        yield Reason(f"below a service: {service}", -1.0 if strong else -2.5)


def _below_list(form: AddressForm, *, directly: bool) -> float:
    if form.has_date:
        return -0.5
    if not directly:
        return -0.5
    return {"slug-id": -2.5, "id": -4.5, "code": -4.5}.get(form.last, -4.0)


def _below_author(form: AddressForm, *, directly: bool) -> float:
    """Columns stand below their authors, by names of many words."""
    if form.has_date or (not directly and (form.words >= 4 or form.last == "slug-id")):
        return -0.5
    return -1.0 if form.words >= 5 else -4.5


def _first(names: tuple[str, ...], table: frozenset[str]) -> str | None:
    return next((name for name in names if name in table), None)


def _names_service(name: str) -> bool:
    words = name.replace("_", "-").split("-")
    return any(word in index_words.SERVICES for word in words if len(word) >= _SHORTEST_WORD)
