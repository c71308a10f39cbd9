"""A progress bar on stderr, if that is a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from newsdesk.output.terminal import console


@contextmanager
def growing_bar(noun: str) -> Iterator[Callable[[int, int], None]]:
    """A bar of which the total becomes known on the way, gone afterwards; the function gets both numbers."""
    with _bar(noun, 1) as bar:
        yield lambda done, total: bar(completed=done, total=total)


@contextmanager
def progress_bar(total: int, noun: str) -> Iterator[Callable[[int], None]]:
    """A bar until `total`, gone afterwards; the function moves it on by so many."""
    with _bar(noun, total) as bar:
        yield lambda done: bar(advance=done)


@contextmanager
def _bar(noun: str, total: int) -> Iterator[Callable[..., None]]:
    out = console(stderr=True)
    if not total or not out.is_terminal:
        yield lambda **_: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(bar_width=24),
        TextColumn("{task.completed:g} of {task.total:g} " + noun),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda **fields: bar.update(task, **fields)
