"""First visits, spread over time.

Pure. Called when many sources are added at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence


def spread(hosts: Sequence[str], *, every_s: float, delay_s: float) -> tuple[float, ...]:
    """For each source, given by its host, the seconds until its first visit: the sources of a host lie
    evenly in the interval (longer, where its pauses fill more), and the hosts begin one after another."""
    counts = Counter(hosts)
    begins = {host: every_s * place / len(counts) for place, host in enumerate(counts)}
    taken: Counter[str] = Counter()
    waits = []
    for host in hosts:
        round_s = max(every_s, counts[host] * delay_s)
        waits.append((begins[host] + taken[host] * round_s / counts[host]) % round_s)
        taken[host] += 1
    return tuple(waits)
