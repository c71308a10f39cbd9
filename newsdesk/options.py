"""Values of options, checked by `newsdesk.values` the way click wants it.

Called by `newsdesk add` and `newsdesk sources edit`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

Callback = Callable[[click.Context, click.Parameter, str | None], Any]


def checked(check: Callable[[str], Any], *, forgets: bool = False) -> Callback:
    """The value as it is kept, None when the option was not given. With `forgets` an empty one gives ""."""

    def callback(ctx: click.Context, param: click.Parameter, value: str | None) -> Any:
        if value is None:
            return None
        try:
            kept = check(value)
        except ValueError as error:
            said = str(error)
            raise click.BadParameter(said if repr(value) in said else f"{value!r}: {said}") from error
        return "" if forgets and kept in (None, ()) else kept

    return callback
