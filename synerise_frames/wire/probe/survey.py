"""Probe all operations of a workspace whose paths are not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from synerise_frames.wire.api import Api
from synerise_frames.wire.operations import OPERATIONS, Operation, operation
from synerise_frames.wire.paths import PathBook, Route
from synerise_frames.wire.probe.finding import Finding
from synerise_frames.wire.probe.material import gather
from synerise_frames.wire.probe.pace import Pace
from synerise_frames.wire.probe.probing import probe
from synerise_frames.wire.probe.question import Profile

__all__ = ["probe_all", "unverified"]


def unverified(paths: PathBook) -> list[Operation]:
    """Give the operations that read or calculate and whose route in effect is not verified."""
    return [op for op in OPERATIONS.values() if op.reads and not paths.verified(op)]


def probe_all(
    api: Api,
    *,
    ids: Mapping[str, Sequence[str]] | None = None,
    profile: Profile | None = None,
    keys: Iterable[str] | None = None,
    rate: float = 5.0,
    on_finding: Callable[[Finding], None] | None = None,
) -> list[Finding]:
    """Find the routes of calculations on a workspace, with reads alone.

    Parameters
    ----------
    api : Api
        The workspace.
    ids : mapping, optional
        Family to ids, such as ``{"trends": ["…"]}``; the others come from lists. The API has
        no list of trends.
    profile : (str, str), optional
        By what, and the identifier of a profile: ``("id", "123")``.
    keys : iterable of str, optional
        Which operations; those that are not verified where left out.
    rate : float, default 5
        Requests a second at most.
    on_finding : callable, optional
        Told each finding as it comes.

    Returns
    -------
    list of Finding
        One an operation, in the order of the registry. :func:`usable_routes` gives those that
        can be remembered.

    Raises
    ------
    ConfigError
        If a key, a family or an identifier is unknown.
    AuthError, TransportError
        If the server refuses the credentials or does not answer at all.
    """
    rows = unverified(api.paths) if keys is None else [operation(key) for key in keys]
    if not rows:
        return []
    pace = Pace(rate)
    material = gather(api, ids=ids, profile=profile, needed=_families(rows), pace=pace)
    told = on_finding or _silent
    found: list[Route] = []
    findings = {}
    for op in sorted(rows, key=_rank):
        finding = probe(api, op, material, pace=pace, found=found)
        if finding.usable and finding.route:
            found.append(finding.route)
        findings[op.key] = finding
        told(finding)
    return [findings[op.key] for op in rows]


def _families(rows: Sequence[Operation]) -> set[str]:
    """Give the families to look into; a profile is checked with an aggregate or expression."""
    needed = {op.key.partition(".")[0] for op in rows}
    profiles = any("identifierType" in op.path_parameters for op in rows)
    return needed | ({"aggregates"} if profiles else set())


def _rank(op: Operation) -> int:
    """Put first what asks most: its path cannot be taken for that of one that asks less."""
    return 0 if "filter" in op.body else 1 if op.body == ("variables",) else 2


def _silent(_: Finding) -> None:
    """Tell nobody."""
