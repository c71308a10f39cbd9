"""Click callbacks that check option values with the functions of `newsdesk.sources.values`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

import click

from newsdesk.output.times import at_zone, in_zone, parse_zone, use_zone
from newsdesk.sources.moments import WRITE, parse_moment
from newsdesk.storage.db.timestamps import to_iso

F = TypeVar("F", bound=Callable[..., Any])
Callback = Callable[[click.Context, click.Parameter, str | None], Any]


def checked(check: Callable[[str], Any], *, clears: bool = False) -> Callback:
    """The checked value, None when the option was not given. With `clears` an empty text gives ""."""

    def callback(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
        if value is None:
            return None
        try:
            kept = check(value)
        except ValueError as error:
            message = str(error)
            named = repr(value) in message
            raise click.BadParameter(message if named else f"{value!r}: {message}") from error
        return "" if clears and kept in (None, ()) else kept

    return callback


def moment(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A moment as people type it (see `sources.moments`), as an ISO text. Of --until the last day is included."""
    if value is None:
        return None
    now = in_zone(datetime.now(UTC))
    try:
        return to_iso(parse_moment(value, now=now, localise=at_zone, end=param.name == "until"))
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{value!r}: {WRITE}") from None


def _zone(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is None:
        return
    try:
        use_zone(parse_zone(value), by_option=True)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def timezone_option(command: F) -> F:
    """--tz: read before the options that take times."""
    option = click.option(
        "--tz",
        metavar="ZONE",
        is_eager=True,
        expose_value=False,
        callback=_zone,
        help="Print and read times in this zone: local, Europe/Berlin. [default: output.timezone, UTC]",
    )
    return option(command)
