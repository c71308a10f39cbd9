"""A newspaper without a feed, for tests: a home page with menus, section pages and story pages, in several layouts.

paper = Paper(web, "daily.test")
paper.publish("ferry", day=date(2026, 11, 30))
paper.print_home()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape

from tests.support.web import Web

HTML = "text/html; charset=utf-8"
SECTIONS = ("news", "sport", "culture", "opinion")
MENU = ("about-us", "contact", "imprint", "privacy-policy", "newsletter", "subscribe")
_PLACES = (
    "harbour",
    "market",
    "school",
    "bridge",
    "library",
    "lighthouse",
    "council",
    "pier",
    "theatre",
    "ferry",
)
_EVENTS = (
    "opens",
    "closes",
    "moves",
    "grows",
    "burns",
    "changes",
    "sinks",
    "votes",
    "wins",
    "waits",
    "sings",
    "falls",
)
_WORDS = (
    "The {place} {event} on a {day} in autumn, and people of the town came early to see what would become of it.",
    "A spokesman of the {place} said that nobody had expected it, although the plans had been known since spring.",
    "The next meeting about the {place} is planned for the end of the month; number {number} of the minutes says so.",
)


@dataclass(frozen=True, slots=True)
class Printed:
    """A story of the paper."""

    number: int
    day: date
    path: str
    title: str

    @property
    def section(self) -> str:
        return SECTIONS[self.number % len(SECTIONS)]


def headline(number: int) -> str:
    place, event = _PLACES[number % len(_PLACES)], _EVENTS[number // len(_PLACES) % len(_EVENTS)]
    return f"The old {place} by the sea {event} for the {number}th time"


def paragraphs(number: int) -> tuple[str, ...]:
    place, event = _PLACES[number % len(_PLACES)], _EVENTS[number // len(_PLACES) % len(_EVENTS)]
    return tuple(
        line.format(place=place, event=event, day=f"day numbered {number}", number=number) for line in _WORDS
    )


Layout = Callable[[Sequence[Printed]], str]


def cards(stories: Sequence[Printed]) -> str:
    """A heading with a teaser for each story."""
    return "\n".join(
        f'<article class="card"><h2><a href="{one.path}">{escape(one.title)}</a></h2>'
        f'<time datetime="{one.day}">{one.day}</time><p>{escape(paragraphs(one.number)[0])}</p></article>'
        for one in stories
    )


def plain_list(stories: Sequence[Printed]) -> str:
    """A list of headlines without anything else."""
    rows = "\n".join(f'<li><a href="{one.path}">{escape(one.title)}</a></li>' for one in stories)
    return f'<ul class="latest">{rows}</ul>'


def scripted(stories: Sequence[Printed]) -> str:
    """A page that a script would fill: it has no links to stories."""
    return '<div id="app"></div><script src="/app.js"></script>'


@dataclass
class Paper:
    web: Web
    host: str
    layout: Layout = cards
    shown: int = 12
    path_of: Callable[[date, str], str] = lambda day, slug: f"/{day:%Y/%m/%d}/{slug}"
    stories: list[Printed] = field(default_factory=list)
    marked: bool = True

    def publish(self, day: date, count: int = 1) -> list[Printed]:
        """Publish stories with their pages; the home page shows them when it is printed."""
        added = []
        for _ in range(count):
            number = len(self.stories) + 1
            title = headline(number)
            slug = "-".join(title.lower().split())
            story = Printed(number=number, day=day, path=self.path_of(day, slug), title=title)
            self.stories.append(story)
            added.append(story)
            self.web.serve(story.path, self.story_page(story), host=self.host, type=HTML)
        return added

    def print_home(self, **fields: object) -> None:
        """Serve the home page, the sections, and the pages of the menus."""
        self.web.serve("/", self.home_page(), host=self.host, type=HTML, **fields)
        for section in SECTIONS:
            of_section = [one for one in self.stories if one.section == section]
            body = self.page(section.title(), self.layout(of_section[::-1][: self.shown]))
            self.web.serve(f"/{section}", body, host=self.host, type=HTML)
        for name in MENU:
            text = "".join(f"<p>{escape(line)}</p>" for line in paragraphs(len(name)))
            body = self.page(name, f"<h1>{name.replace('-', ' ').title()}</h1>{text}")
            self.web.serve(f"/{name}", body, host=self.host, type=HTML)

    def close(self, body: str = "", **fields: object) -> None:
        """Respond to every request in this way, until `open`."""
        for path in self.paths:
            self.web.serve(path, body, host=self.host, **fields)

    def open(self) -> None:
        """Serve all pages again."""
        for story in self.stories:
            self.web.serve(story.path, self.story_page(story), host=self.host, type=HTML)
        self.print_home()

    @property
    def paths(self) -> list[str]:
        """All of its pages."""
        return ["/", *(f"/{name}" for name in (*SECTIONS, *MENU)), *(story.path for story in self.stories)]

    def home_page(self) -> str:
        return self.page("Home", self.layout(self.stories[::-1][: self.shown]))

    def story_page(self, story: Printed) -> str:
        text = "".join(f"<p>{escape(line)}</p>" for line in paragraphs(story.number))
        head = (
            f'<meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="{story.day}T06:00:00+00:00">'
        )
        main = (
            f'<article><h1>{escape(story.title)}</h1><p class="byline">By Ann Hill</p>'
            f'<time datetime="{story.day}">{story.day:%-d %B %Y}</time>{text}</article>'
        )
        return self.page(story.title, main, head=head if self.marked else "")

    def page(self, title: str, main: str, *, head: str = "") -> str:
        menu = "".join(f'<li><a href="/{name}">{name.title()}</a></li>' for name in SECTIONS)
        foot = "".join(f'<a href="/{name}">{name.replace("-", " ").title()}</a> ' for name in MENU)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} - The Daily</title>'
            f'{head}</head><body><header><nav><ul><li><a href="/">Home</a></li>{menu}</ul></nav></header>'
            f"<main>{main}</main><footer>{foot}</footer></body></html>"
        )
