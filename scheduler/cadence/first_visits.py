"""Spreads the first visits of many new sources over time. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def spread(hosts: Sequence[str], *, every_s: float, delay_s: float) -> tuple[float, ...]:
    """The seconds until the first visit of each source, given by its host. The sources of a host are spread
    evenly over the interval, or over the pauses of the host where these take longer; the hosts start one after
    another."""
    counts = Counter(hosts)
    begins = {host: every_s * place / len(counts) for place, host in enumerate(counts)}
    taken: Counter[str] = Counter()
    waits = []
    for host in hosts:
        round_s = max(every_s, counts[host] * delay_s)
        waits.append((begins[host] + taken[host] * round_s / counts[host]) % round_s)
        taken[host] += 1
    return tuple(waits)
