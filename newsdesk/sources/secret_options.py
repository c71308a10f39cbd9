"""The options --auth, --header, --cookies and --proxy, which name secrets, and warnings about unknown names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from newsdesk.crawler.credentials.secrets import SECRET_NAME, SecretError, Secrets
from newsdesk.storage.records.visits import SecretNames

F = TypeVar("F", bound=Callable[..., Any])


def check_secret_name(text: str) -> str | None:
    """A name from the file of secrets; empty is none. Raises ValueError, which does not repeat the text: it may be
    the secret itself."""
    name = text.strip()
    if name and not SECRET_NAME.fullmatch(name):
        raise ValueError(
            "give the name of a secret (letters, digits, - and _); write the secret itself under that name into"
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
        click.option("--proxy", callback=_name, metavar="NAME", help="Name of the secret that holds its proxy."),
        click.option("--cookies", callback=_name, metavar="NAME", help="Name of the secret that holds its cookies."),
        click.option(
            "--header", "headers", multiple=True, callback=_name, metavar="NAME",
            help="Name of a secret that holds a request header. Repeatable.",
        ),
        click.option(
            "--auth", callback=_name, metavar="NAME", help="Name of the secret that holds its password or token."
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def names_given(options: dict[str, Any]) -> SecretNames:
    """Take the names of secrets out of the options of a command."""
    auth, headers = options.pop("auth"), options.pop("headers")
    return SecretNames(
        auth=auth or None,
        headers=tuple(name for name in headers if name),
        cookies=options.pop("cookies") or None,
        proxy=options.pop("proxy") or None,
    )


def warnings(secrets: Secrets, named: Iterable[SecretNames]) -> list[str]:
    """One warning for each name without a secret, or with a secret of another kind."""
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
