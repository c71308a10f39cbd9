"""The shortest and longest intervals between two visits of a source. Pure; times in seconds.

The longest one follows from the budget. A fixed one would decide most visits where few are allowed: at 6 visits a
day, 6 h are hardly longer than the mean interval of 4 h, and quiet sources would take the visits of busy ones.
"""

from __future__ import annotations

from dataclasses import dataclass

DAY_S, HOUR_S = 86400.0, 3600.0  # no import: every command reads settings, and with them these limits
SHORTEST_S = 300.0
LONGEST_OF_MEAN = 6.0  # the longest interval, in mean ones
LONGEST_SILENT_S = 24.0 * HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """Between two visits of a source: never less than `shortest_s`, never more than `longest_s`, or `silent_s` for a
    source without a story in the last 30 days."""

    shortest_s: float = SHORTEST_S
    longest_s: float = LONGEST_OF_MEAN * HOUR_S
    silent_s: float = LONGEST_SILENT_S


NORMAL_INTERVALS = Intervals()


def intervals_of(
    visits_a_day: float, *, shortest_s: float = SHORTEST_S, longest_s: float | None = None
) -> Intervals:
    """The intervals of a budget. `longest_s` is the user's setting, None for six times the mean interval; it holds
    for silent sources too."""
    if longest_s is not None:
        most = max(longest_s, shortest_s)
        return Intervals(shortest_s=shortest_s, longest_s=most, silent_s=most)
    longest = max(LONGEST_OF_MEAN * DAY_S / visits_a_day, shortest_s)
    return Intervals(shortest_s=shortest_s, longest_s=longest, silent_s=max(LONGEST_SILENT_S, longest))
