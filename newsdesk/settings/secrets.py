"""The operator's secrets, read once by each command: from a private file and from NEWSDESK_SECRET_… variables.

The file is refused unless it is a regular file of this user that no other user may access. No error repeats
a value, a line of the file, or a message of the TOML parser.
"""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path

from newsdesk.crawler.credentials.secrets import SECRET_NAME, Secrets

PREFIX = "NEWSDESK_SECRET_"
MOST_BYTES = 1024 * 1024


class SecretsFileError(Exception):
    """The file of secrets or a variable that cannot be used, and the remedy."""


def read_secrets(file: Path, *, must_exist: bool, environment: Mapping[str, str]) -> Secrets:
    """The secrets of the file and of the variables. Raises SecretsFileError."""
    try:
        body = _body(file)
    except FileNotFoundError:
        if must_exist:
            raise SecretsFileError(f"secrets names {file}, but there is no such file") from None
        body = b""
    except OSError as error:
        raise SecretsFileError(f"{file} cannot be read: {error.strerror or error}") from None
    return Secrets(_values(file, body), variables=_variables(environment), place=str(file))


def is_secret(variable: str) -> bool:
    """Whether an environment variable holds a secret."""
    return variable.startswith(PREFIX)


def _body(file: Path) -> bytes:
    # Checked by the open file, so that it cannot be swapped after the check; O_NONBLOCK: do not wait for a pipe
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise SecretsFileError(f"{file} is not a regular file; secrets are read from a regular file only")
        if found.st_uid != os.geteuid():
            raise SecretsFileError(
                f"{file} belongs to another user (uid {found.st_uid}); `chown {os.geteuid()} {file}`"
            )
        if found.st_mode & 0o077:
            mode = stat.S_IMODE(found.st_mode)
            raise SecretsFileError(
                f"{file} is accessible to other users (mode {mode:04o}); `chmod 600 {file}`"
            )
        body = stream.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise SecretsFileError(f"{file} is larger than {MOST_BYTES // 1024} KiB")
    return body


def _values(file: Path, body: bytes) -> dict[str, str]:
    try:
        table = tomllib.loads(body.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SecretsFileError(
            f'{file} is not valid TOML; write one secret a line, like paper = "user:password"'
        ) from None
    for name, value in table.items():
        if not SECRET_NAME.fullmatch(name):
            raise SecretsFileError(f"{file}: {name!r} is not a valid name; use letters, digits, - and _ only")
        if not isinstance(value, str) or not value.strip():
            raise SecretsFileError(
                f'{file}: {name} is not a text; write it between quotes, like {name} = "user:password"'
            )
    return table


def _variables(environment: Mapping[str, str]) -> dict[str, str]:
    found = {name: value for name, value in environment.items() if is_secret(name)}
    for name, value in found.items():
        if not SECRET_NAME.fullmatch(name.removeprefix(PREFIX)) or name != name.upper():
            raise SecretsFileError(f"{name}: after {PREFIX} use capitals, digits and _ only")
        if not value.strip() or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise SecretsFileError(f"{name} is empty or not UTF-8")
    return found
