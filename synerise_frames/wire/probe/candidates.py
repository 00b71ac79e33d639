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

__all__ = ["MOST", "by_experience", "candidates", "is_safe", "writes_nothing"]

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
        is known to have. Each is safe by :func:`is_safe`. Empty for other operations.

    Examples
    --------
    >>> from synerise_frames.wire.operations import operation
    >>> print(*candidates(operation("funnels.preview"))[:2], sep="\\n")
    POST /analytics/analytics/v3/funnels/calculate/preview
    POST /analytics/analytics/v4/funnels/preview
    """
    if op.verified or op.effect != "calculate" or op.method not in ("GET", "POST"):
        return []
    book = paths or PathBook()
    now = _form(book.route(op))
    taken = {_form(book.route(other)) for other in _others(op) if book.verified(other)}
    found = []
    for path in _by_plausibility(op):
        route = Route(op.method, path, "guess")
        if _form(route) != now and _form(route) not in taken and is_safe(route, book):
            found.append(route)
    return found[:MOST]


def is_safe(route: Route, paths: PathBook) -> bool:
    """Say whether a guess may be tried: a calculation by its words, and nobody's write."""
    return has_word(_tail(route.path)) and writes_nothing(route, paths)


def writes_nothing(route: Route, paths: PathBook) -> bool:
    """Say whether a route is a GET or POST that no write and no login is known to have.

    Routes are compared as a server would do it, so that ``POST …/preview`` is not taken where
    ``POST …/{trendId}`` changes a trend.
    """
    if route.method not in ("GET", "POST"):
        return False
    for op in OPERATIONS.values():
        if op.reads:
            continue
        known = (paths.route(op), Route(op.method, op.path, op.evidence))
        if any(_may_be_same(route, other) for other in known):
            return False
    return True


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
    return (route.method, *("{}" if "{" in part else part for part in _segments(route.path)))


def _segments(path: str) -> list[str]:
    return path.replace("{namespace}", NAMESPACE).strip("/").split("/")


def _may_be_same(left: Route, right: Route) -> bool:
    """Say whether some request fits both routes."""
    ours, theirs = _segments(left.path), _segments(right.path)
    return (
        left.method == right.method
        and len(ours) == len(theirs)
        and all(
            "{" in one or "{" in other or one.lower() == other.lower()
            for one, other in zip(ours, theirs, strict=True)
        )
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
