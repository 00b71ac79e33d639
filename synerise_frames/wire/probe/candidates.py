"""Where an operation may be, if it is not where the library looks: guesses, made safe.

A guess is a prefix that printed siblings have, the family's own word, and a tail with a word
of calculation. None may be the route of an operation that does anything but read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import NAMESPACE, PathBook, Route
from synerise_frames.wire.probe.tails import has_word, tails

__all__ = ["MOST", "by_experience", "candidates", "writes_nothing"]

#: The most candidates of one operation.
MOST = 80

_ENGINE = "/analytics/analytics"
_NAMESPACED = "/analytics/{namespace}"
_PRINTED_VERSIONS = ("v3", "v4")
_VERSIONS = ("", "v5", "v2", "v1", "v6")


def candidates(op: Operation, paths: PathBook | None = None) -> list[Route]:
    """Give plausible routes of a calculation whose path is not known, most plausible first.

    Parameters
    ----------
    op : Operation
        A calculation whose path the registry infers or guesses.
    paths : PathBook, optional
        The paths in effect; the registry's where left out.

    Returns
    -------
    list of Route
        At most :data:`MOST`, without the route in effect, and none that another operation
        is known to have. Each says by its words that it calculates, and is nobody's write.
        Empty for other operations.

    Examples
    --------
    >>> from synerise_frames.wire.operations import operation
    >>> for route in candidates(operation("funnels.preview"))[:2]:
    ...     print(route)
    POST /analytics/analytics/v3/funnels/calculate/preview
    POST /analytics/analytics/v4/funnels/preview
    """
    if op.verified or op.effect != "calculate" or op.method not in ("GET", "POST"):
        return []
    book = paths or PathBook()
    now = _form(book.route(op))
    taken = {_form(book.route(other)) for other in _others(op) if book.verified(other)}
    guard = _Guard(book)
    found = []
    for path in _by_plausibility(op):
        route = Route(op.method, path, "guess")
        # Guesses have to tell by their words that they calculate.
        if has_word(_tail(path)) and _form(route) not in {now, *taken} and guard.lets(route):
            found.append(route)
    return found[:MOST]


def writes_nothing(route: Route, paths: PathBook) -> bool:
    """Say whether a route is a GET or POST that no write and no login is known to have.

    Routes are compared as a server would do it, so that ``POST …/preview`` is not taken where
    ``POST …/{trendId}`` changes a trend.
    """
    return _Guard(paths).lets(route)


class _Guard:
    """Knows the routes of all that does more than read: those in effect, and the registry's."""

    def __init__(self, paths: PathBook) -> None:
        changes = [op for op in OPERATIONS.values() if not op.reads]
        own = [Route(op.method, op.path, op.evidence) for op in changes]
        in_effect = [paths.route(op) for op in changes]
        self._forbidden = {_form(route) for route in [*own, *in_effect]}

    def lets(self, route: Route) -> bool:
        """Say whether no request fits both the route and one that is forbidden."""
        form = _form(route)
        return route.method in ("GET", "POST") and not any(
            _may_be_same(form, other) for other in self._forbidden
        )


def by_experience(routes: Iterable[Route], found: Iterable[Route]) -> list[Route]:
    """Put first what looks like the routes that were found for other operations."""
    seen = [_pattern(route) for route in found]
    heads, whole = {head for head, _ in seen}, set(seen)

    def rank(route: Route) -> int:
        pattern = _pattern(route)
        return 0 if pattern in whole else 1 if pattern[0] in heads else 2

    return sorted(routes, key=rank)


def _by_plausibility(op: Operation) -> list[str]:
    family = op.key.partition(".")[0]
    ends = tails(op)
    cells = product(enumerate(_prefixes(op, family)), enumerate(ends))
    # A diagonal order: an unlikely prefix with a likely tail, and the other way round.
    ordered = sorted(cells, key=lambda cell: cell[0][0] + cell[1][0])
    identity = next((n for n in op.path_parameters if n not in _OF_ALL), "")
    names = {"{id}": f"{{{identity}}}", "{by}": "{identifierType}"}
    return [
        f"{prefix}/{family}/{re.sub('{id}|{by}', lambda m: names[m[0]], tail)}"
        for (_, prefix), (_, tail) in ordered
    ]


_OF_ALL = ("namespace", "identifierType")


def _prefixes(op: Operation, family: str) -> list[str]:
    """Give what may stand before the family's word; the likeliest first."""
    own = op.path.partition(f"/{family}/")[0]
    siblings = [
        known.path.partition(f"/{family}")[0]
        for known in OPERATIONS.values()
        if known.verified and known.key.startswith(f"{family}.") and known.path.startswith(_ENGINE)
    ]
    versions = [*_PRINTED_VERSIONS, *_VERSIONS]
    engine = [f"{_ENGINE}/{version}".rstrip("/") for version in versions]
    # The reference prints "namespace" among the parameters of those that have it.
    first = [_NAMESPACED] if "namespace" in op.path_parameters else []
    return [*dict.fromkeys([*first, own, *siblings, *engine, _NAMESPACED])]


def _others(op: Operation) -> list[Operation]:
    # JSON and CSV may share a path and be told apart by the Accept header.
    rows = OPERATIONS.values()
    return [other for other in rows if other.key != op.key and other.answers == op.answers]


def _form(route: Route) -> tuple[str, ...]:
    """Give a route without the names of its placeholders."""
    parts = route.path.replace("{namespace}", NAMESPACE).strip("/").split("/")
    return (route.method, *("{}" if "{" in part else part.lower() for part in parts))


def _may_be_same(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Say whether some request fits both forms."""
    return len(ours) == len(theirs) and all(
        "{}" in (one, other) or one == other for one, other in zip(ours, theirs, strict=True)
    )


def _pattern(route: Route) -> tuple[str, str]:
    """Give what stands before and after the family's word, whatever family it is."""
    for family in _FAMILIES:
        head, _, tail = route.path.partition(f"/{family}/")
        if tail:
            return head, re.sub(r"\{\w+\}", "{}", tail)
    return route.path, ""


_FAMILIES = tuple(dict.fromkeys(key.partition(".")[0] for key in OPERATIONS))


def _tail(path: str) -> str:
    """Give what comes after the collection, such as ``…/trends/``."""
    tail = _pattern(Route("POST", path, "guess"))[1]
    # Own paths may have other words; then the collection is not known and only the end counts.
    return tail or "/".join(path.strip("/").split("/")[2:])
