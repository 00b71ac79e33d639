"""Find our operations in a document, whatever their paths are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from synerise_frames.wire.openapi.candidates import (
    Candidate,
    Fit,
    candidate,
    plausible,
    tag_fit,
)
from synerise_frames.wire.openapi.names import close_summaries, path_shape, summary_key
from synerise_frames.wire.openapi.operations import Documented
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import NAMESPACE, Route

Status = Literal["same", "changed", "close", "missing", "ambiguous", "unusable"]


@dataclass(frozen=True)
class Match:
    """What the document says about one of our operations.

    ``route`` is there if it can be used: the status is then same, changed or close.
    """

    operation: Operation
    status: Status
    route: Route | None = None
    found: Documented | None = None
    note: str = ""


def match(documented: Iterable[Documented]) -> list[Match]:
    """Match every operation of the registry, in its order."""
    theirs = settled(documented)
    by_summary = defaultdict(list)
    for found in theirs:
        by_summary[summary_key(found.summary)].append(found)
    ours = {summary_key(op.summary) for op in OPERATIONS.values()}
    spare = [found for found in theirs if summary_key(found.summary) not in ours]
    results = {
        op.key: _by_summary(op, by_summary[summary_key(op.summary)]) for op in OPERATIONS.values()
    }
    missing = [op for op in OPERATIONS.values() if results[op.key].status == "missing"]
    results.update(_close(missing, spare, results))
    taken = {id(result.found) for result in results.values() if result.found}
    free = [found for found in spare if id(found) not in taken]
    for op in missing:
        if results[op.key].status == "missing":
            results[op.key] = _by_path(op, free, results[op.key])
    return _without_conflicts(list(results.values()))


def settled(documented: Iterable[Documented]) -> list[Documented]:
    """Decide whether paths that begin with the server's base path have it twice.

    By the standard they do (``/analytics`` + ``/analytics/v3/…``), but many documents mean
    once. The paths that the reference prints decide; where they are silent, it is once.
    """
    theirs = list(documented)
    printed = {(op.method, path_shape(op.path)) for op in OPERATIONS.values() if op.verified}
    doubled = [replace(d, path=d.base + d.path) if d.based else d for d in theirs]

    def hits(rows: list[Documented]) -> int:
        return sum(d.based and (d.method, path_shape(d.path)) in printed for d in rows)

    return doubled if hits(doubled) > hits(theirs) else theirs


def _by_summary(op: Operation, found: Sequence[Documented]) -> Match:
    every = [candidate(op, item) for item in found]
    possible = [item for item in every if plausible(op, item)]
    if possible:
        return _best(op, possible)
    if every:
        where = _listed(every)
        return Match(op, "missing", note=f"the same summary stands elsewhere: {where}; not taken")
    return Match(op, "missing")


def _best(op: Operation, possible: Sequence[Candidate]) -> Match:
    top = max(item.rank for item in possible)
    best = [item for item in possible if item.rank == top]
    if len({item.route for item in best}) > 1 or (len(best) > 1 and best[0].route is None):
        return Match(op, "ambiguous", note=f"could be {_listed(best)}")
    chosen = best[0]
    if chosen.route is None:
        return Match(op, "unusable", found=chosen.found, note=chosen.reason)
    notes = list(chosen.notes)
    if chosen.fit < Fit.ALIKE:
        tags = ", ".join(chosen.found.tags) or "none"
        notes.insert(0, f"found by its summary; its tags: {tags}")
    status = _status(op, chosen.route) if chosen.fit >= Fit.OPEN else "close"
    return Match(op, status, chosen.route, chosen.found, "; ".join(notes))


def _status(op: Operation, route: Route) -> Status:
    def filled(path: str) -> str:
        return path.replace("{namespace}", NAMESPACE)

    same = route.method == op.method and filled(route.path) == filled(op.path)
    return "same" if same else "changed"


def _close(
    missing: Sequence[Operation], spare: Sequence[Documented], results: Mapping[str, Match]
) -> dict[str, Match]:
    """Match by summaries that are nearly ours, under our tag."""
    pairs = [
        (op, candidate(op, found))
        for op in missing
        for found in spare
        if close_summaries(op.summary, found.summary) and tag_fit(op, found) >= Fit.ALIKE
    ]
    matches = {}
    for op in {op.key: op for op, _ in pairs}.values():
        mine = [item for other, item in pairs if other is op]
        rivals = {
            other.key
            for other, item in pairs
            if other is not op and any(item.found is own.found for own in mine)
        }
        result = _best(op, mine)
        said = results[op.key].note
        if rivals:
            note = f"could be {_listed(mine)}, which could be {', '.join(sorted(rivals))} too"
            matches[op.key] = Match(op, "ambiguous", note=note)
        elif result.found and result.route:
            note = "; ".join(filter(None, [f"called {result.found.summary!r}", result.note]))
            matches[op.key] = replace(result, status="close", note=note)
        else:
            matches[op.key] = replace(result, note="; ".join(filter(None, [result.note, said])))
    return matches


def _by_path(op: Operation, free: Sequence[Documented], missing: Match) -> Match:
    """Match by a printed path under another summary; our guesses prove nothing."""
    found = [d for d in free if d.method == op.method and path_shape(d.path) == path_shape(op.path)]
    weighed = [item for d in found if (item := candidate(op, d)).route]
    if not op.verified or len(weighed) != 1:
        return missing
    item = weighed[0]
    note = f"found by its path; called {item.found.summary!r}"
    return Match(op, "close", item.route, item.found, note)


def _without_conflicts(matches: list[Match]) -> list[Match]:
    """Refuse routes that two operations would share, or that are known to write."""
    users = defaultdict(list)
    for item in matches:
        if item.route:
            users[item.route.method, path_shape(item.route.path)].append(item.operation)
    moved = {item.operation.key for item in matches if item.status in ("changed", "close")}
    writes = {
        (op.method, path_shape(op.path)): op.key
        for op in OPERATIONS.values()
        if op.writes and op.evidence != "guess" and op.key not in moved
    }
    return [_checked(item, users, writes) for item in matches]


def _checked(
    item: Match,
    users: Mapping[tuple[str, str], list[Operation]],
    writes: Mapping[tuple[str, str], str],
) -> Match:
    if item.route is None:
        return item
    place = item.route.method, path_shape(item.route.path)
    others = [op.key for op in users[place] if op is not item.operation]
    if others:
        note = f"{item.route} would be that of {', '.join(others)} too"
    elif item.operation.reads and place in writes:
        note = f"{item.route} is where {writes[place]} writes"
    else:
        return item
    return replace(item, status="unusable", route=None, note=note)


def _listed(items: Sequence[Candidate], most: int = 4) -> str:
    shown = [str(item.found) for item in items[:most]]
    more = [f"{len(items) - most} more"] if len(items) > most else []
    return ", ".join([*shown, *more])
