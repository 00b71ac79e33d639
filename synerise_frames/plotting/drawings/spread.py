"""Labels along a line that must not touch: moved as little as possible."""

from __future__ import annotations

from collections.abc import Sequence


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Give places at least `gap` apart within `low` and `high`, nearest to the wanted ones.

    Their order is kept. If they cannot all fit, they stand closer, evenly.

    >>> spread([1.0, 1.0, 5.0], 2.0, 0.0, 10.0)
    [0.0, 2.0, 5.0]
    """
    n = len(wanted)
    if n == 0:
        return []
    if n > 1:
        gap = min(gap, (high - low) / (n - 1))
    order = sorted(range(n), key=lambda i: wanted[i])
    # Shifted by their rank, places only have to be non-decreasing: pool neighbours that
    # are not, and give each pool its mean (this is the least-squares answer).
    pools: list[tuple[float, int]] = []
    for rank, i in enumerate(order):
        pool = (wanted[i] - rank * gap, 1)
        while pools and pools[-1][0] >= pool[0]:
            mean, size = pools.pop()
            pool = ((mean * size + pool[0] * pool[1]) / (size + pool[1]), size + pool[1])
        pools.append(pool)
    shifted = [mean for mean, size in pools for _ in range(size)]
    placed = [0.0] * n
    for rank, (i, place) in enumerate(zip(order, shifted, strict=True)):
        placed[i] = min(max(place, low), high - (n - 1) * gap) + rank * gap
    return placed
