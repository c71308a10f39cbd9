"""How the CPU time of a piece of work grows with its size."""

from __future__ import annotations

import time
from collections.abc import Callable

FACTOR = 4
_ROUNDS = 3
_LEAST_S = 0.005  # what takes less is not told from noise


def growth(work: Callable[[int], object], size: int) -> float:
    """CPU time of this process at four times `size`, in units of that at `size`: 4 when it is linear, 16 when it
    is quadratic. The least of three rounds each, so that other processes hardly matter."""
    return _cpu_s(work, FACTOR * size) / max(_cpu_s(work, size), _LEAST_S)


def _cpu_s(work: Callable[[int], object], size: int) -> float:
    taken = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        work(size)
        taken.append(time.process_time() - begun)
    return min(taken)
