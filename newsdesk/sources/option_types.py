"""Click callbacks that check option values with the functions of `newsdesk.sources.values`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click

from newsdesk.settings.values import parse_span
from newsdesk.storage.db.timestamps import to_iso

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
    """A time span before now (`2h`), a day or an instant, as an ISO text."""
    if value is None:
        return None
    text = value.strip()
    try:
        if text[-1:].isalpha() and text[-1:].lower() in "smhd":
            return to_iso(datetime.now(UTC) - timedelta(seconds=parse_span(text)))
        instant = datetime.fromisoformat(text)
        if len(text) == 10 and param.name == "until":  # the day is included
            instant = datetime.combine(date.fromisoformat(text) + timedelta(days=1), datetime.min.time())
        return to_iso(instant if instant.tzinfo else instant.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise click.BadParameter(
            f"{value!r}: write a span like 2h or 7d, a day like 2026-11-24, or an instant like"
            " 2026-11-24T05:30Z"
        ) from None
