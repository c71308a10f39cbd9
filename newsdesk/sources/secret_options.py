"""The options that give a source its secrets by their names, and what is said of names early."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from newsdesk.crawler.credentials.secrets import SECRET_NAME, SecretError, Secrets
from newsdesk.storage.records.visits import SecretNames

F = TypeVar("F", bound=Callable[..., Any])


def check_secret_name(said: str) -> str | None:
    """A name of the file of secrets; empty is none. Raises ValueError, which does not repeat what was said:
    it may be the secret itself."""
    name = said.strip()
    if name and not SECRET_NAME.fullmatch(name):
        raise ValueError(
            "give the name of a secret: letters, digits, - and _; the secret itself stands under that name in"
            " newsdesk.secrets.toml"
        )
    return name or None


def _name(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """None when the option was not given, "" when it was given empty; a tuple for several."""
    try:
        if isinstance(value, tuple):
            return tuple(dict.fromkeys(check_secret_name(one) or "" for one in value))
        return None if value is None else check_secret_name(value) or ""
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def secret_options(command: F) -> F:
    """--auth, --header, --cookies and --proxy."""
    for option in (
        click.option("--proxy", callback=_name, metavar="NAME", help="The secret with the proxy to go by."),
        click.option("--cookies", callback=_name, metavar="NAME", help="The secret with its cookies."),
        click.option(
            "--header", "headers", multiple=True, callback=_name, metavar="NAME",
            help="The secret with a header for it; may be given several times.",
        ),
        click.option(
            "--auth", callback=_name, metavar="NAME", help="The secret with its password or token."
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def names_given(told: dict[str, Any]) -> SecretNames:
    """The names that were given, taken out of a command's options."""
    auth, headers = told.pop("auth"), told.pop("headers")
    return SecretNames(
        auth=auth or None,
        headers=tuple(name for name in headers if name),
        cookies=told.pop("cookies") or None,
        proxy=told.pop("proxy") or None,
    )


def warnings(secrets: Secrets, named: Iterable[SecretNames]) -> list[str]:
    """What the next visit would miss: each name that stands for nothing, or for nothing of its kind."""
    found: dict[str, None] = {}
    for names in named:
        for one in (
            SecretNames(auth=names.auth),
            *(SecretNames(headers=(name,)) for name in names.headers),
            SecretNames(cookies=names.cookies),
            SecretNames(proxy=names.proxy),
        ):
            try:
                secrets.credentials(one)
            except SecretError as error:
                found[str(error)] = None
    return list(found)
