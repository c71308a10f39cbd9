"""The folders of site files and of captures, by the settings."""

from __future__ import annotations

from pathlib import Path

from newsdesk.settings.reader import Settings

CAPTURES = "captures"


def sites_folder(settings: Settings) -> Path:
    folder = settings.runner.session.site_files.folder
    assert folder is not None
    return Path(folder)


def captures_folder(settings: Settings, named: str | None) -> Path:
    """The folder that `--to` or `--captures` names, else `captures` in that of the site files."""
    return Path(named) if named else sites_folder(settings) / CAPTURES


def make_sites_folder(settings: Settings) -> Path:
    """The folder of site files, made so that nobody else may write there."""
    folder = sites_folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
