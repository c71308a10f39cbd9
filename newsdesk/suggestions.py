"""The command that was probably meant, for words that other programs use or that are misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import click

from newsdesk.output.terminal import Refused

_LISTS = "`newsdesk sources` lists the sources, `newsdesk stories` the stories"
_RETIRE = (
    "`newsdesk sources retire SOURCE` ends the visits of a source and keeps its stories,"
    " `newsdesk sources delete SOURCE` deletes both, `newsdesk purge` deletes stories"
)
_CRAWL = "`newsdesk crawl` visits the sources now"
_SHOW = "`newsdesk story ID` shows a story, `newsdesk sources show SOURCE` a source"
_STATE = "`newsdesk sources` shows the state of each source, `newsdesk doctor` looks for problems"
_SERVE = "`newsdesk serve` visits sources whenever they are due"
_ADD = "`newsdesk add ADDRESS` adds a source"
_EDIT = "`newsdesk sources edit SOURCE` changes the settings of a source"
_FEEDS = "`newsdesk sources` lists the sources"
_STORIES = "`newsdesk stories` lists the stories, `newsdesk stories WORDS` searches them"
_DOCTOR = "`newsdesk doctor` looks for problems"
_RUNS = "`newsdesk runs` lists what each crawl did"
_CONFIG = "`newsdesk config` shows the settings"
_INSPECT = "`newsdesk inspect ADDRESS` shows how a document is read"
_MAINTAIN = "`newsdesk maintain` runs the daily maintenance"
_VERSION = "`newsdesk --version` shows the version"
_HELP = "`newsdesk --help` lists the commands"
COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("list", "ls", "show-all"), _LISTS),
    **dict.fromkeys(("remove", "rm", "delete", "del", "unsubscribe", "retire", "uninstall"), _RETIRE),
    **dict.fromkeys(
        ("fetch", "update", "refresh", "pull", "sync", "poll", "get", "run", "visit", "download"), _CRAWL
    ),
    **dict.fromkeys(("show", "view", "read", "open", "cat", "article"), _SHOW),
    **dict.fromkeys(("status", "state", "info", "stats", "statistics"), _STATE),
    **dict.fromkeys(("start", "daemon", "watch", "service", "server", "schedule"), _SERVE),
    **dict.fromkeys(("subscribe", "follow", "new", "discover", "create"), _ADD),
    **dict.fromkeys(("edit", "set", "rename", "tag", "modify", "change"), _EDIT),
    **dict.fromkeys(("feeds", "feed", "subscriptions", "source"), _FEEDS),
    **dict.fromkeys(("find", "query", "grep", "articles", "news", "latest", "items", "entries"), _STORIES),
    **dict.fromkeys(("check", "health", "test", "verify"), _DOCTOR),
    **dict.fromkeys(("log", "logs", "history", "visits"), _RUNS),
    **dict.fromkeys(("settings", "configure", "options", "env"), _CONFIG),
    **dict.fromkeys(
        ("walk", "preview", "parse", "debug", "extract"), _INSPECT
    ),  # walk: before the first release
    **dict.fromkeys(("tidy", "clean", "cleanup", "vacuum", "gc"), _MAINTAIN),
    **dict.fromkeys(("prune", "expire"), "`newsdesk purge` deletes stories by age, source or search"),
    "import": "`newsdesk sources import FILE` imports a list of sources",
    "export": "`newsdesk sources export` writes the list of sources; `newsdesk stories --csv` the stories",
    "pause": "`newsdesk sources pause SOURCE` stops the visits of a source",
    "resume": "`newsdesk sources resume SOURCE` visits a source again",
    "alarms": "`newsdesk events` lists the alarms",
    "dump": "`newsdesk backup` copies the store",
    "version": _VERSION,
    "help": _HELP,
}
OF_SOURCES: Mapping[str, str] = {
    **dict.fromkeys(("ls", "all"), _FEEDS),
    **dict.fromkeys(("remove", "rm", "del", "unsubscribe", "stop"), _RETIRE),
    **dict.fromkeys(("add", "new", "create", "subscribe", "discover"), _ADD),
    **dict.fromkeys(("set", "change", "rename", "tag", "update", "modify"), _EDIT),
    **dict.fromkeys(("fetch", "refresh", "crawl", "visit"), "`newsdesk crawl SOURCE` visits a source now"),
    "status": "`newsdesk sources show SOURCE` shows a source, `newsdesk why SOURCE` when it is due",
    "why": "`newsdesk why SOURCE` shows when a source is due",
    "stories": "`newsdesk stories --source SOURCE` lists the stories of a source",
    "start": "`newsdesk sources resume SOURCE` visits a source again",
    "enable": "`newsdesk sources resume SOURCE` visits a source again",
    "disable": "`newsdesk sources pause SOURCE` stops the visits of a source",
}


class SuggestingGroup(click.Group):
    """A group that answers an unknown name with the command that was probably meant. `meant`: words of other
    programs, with the remedy; `path`: how the group is called."""

    meant: Mapping[str, str] = COMMANDS
    path = "newsdesk"

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            remedy = suggestion(args[0], self.list_commands(ctx), self.meant, path=self.path)
            if remedy is None or args[0].startswith("-"):
                raise
            raise Refused(f"there is no command {args[0]!r}; {remedy}") from None


def suggestion(name: str, known: Sequence[str], meant: Mapping[str, str], *, path: str) -> str | None:
    """What to type in place of `name`; None where nothing is near."""
    word = name.lower()
    if word in meant:
        return meant[word]
    near = difflib.get_close_matches(word, (*known, *meant), n=1)
    if not near:
        return None
    return f"did you mean `{path} {near[0]}`?" if near[0] in known else meant[near[0]]
