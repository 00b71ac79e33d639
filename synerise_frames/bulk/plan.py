"""A plan: what will be asked, before anything is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synerise_frames.bulk.asked import Analysis, Unit, units
from synerise_frames.bulk.ids import Ids
from synerise_frames.bulk.kept.lookups import known_answers, open_known
from synerise_frames.bulk.options import Options
from synerise_frames.kinds.context import Context
from synerise_frames.readable import Facts
from synerise_frames.wire.memory import Fresh

if TYPE_CHECKING:
    from synerise_frames.bulk.result import Result
    from synerise_frames.bulk.showing import Show


@dataclass(frozen=True, repr=False)
class Plan:
    """What is asked of which profiles; made by ``ws.profiles(ids).plan(...)``.

    Attributes
    ----------
    by : str
        What profiles are identified by.
    analyses : tuple of Analysis
        What each is asked for, in the order of the ledger.
    inputs, profiles : int or None
        How many identifiers were given, and how many different ones can be asked for; ``None``
        for an iterator.
    calls, to_send : int or None
        How many calls answer everything, and how many of them are needed.
    known : int
        How many values are already known.
    fingerprint : str
        The same for equal plans of one workspace.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     print(ws.profiles(range(1, 4)).plan(aggregates=ws.aggregates.find("Baskets")))
    Plan for 3 inputs, profiles by id
      aggregate           Baskets
      calls               3
      already known       0
      to send             3
      time at the limits  no limit is set
    """

    by: str
    analyses: tuple[Analysis, ...]
    inputs: int | None
    profiles: int | None
    calls: int | None
    to_send: int | None
    known: int
    fingerprint: str
    seconds: float | None
    context: Context = field(compare=False)
    ids: Ids = field(compare=False)
    units: tuple[Unit, ...] = field(compare=False)
    fresh: Fresh = field(compare=False)

    def key(self, profile: str) -> bytes:
        """Give the key of a profile: the same in all runs of this workspace."""
        return self.context.api.tenant.digest(self.by, profile)

    def run(
        self,
        *,
        workers: int = 64,
        journal: str | Path | None = None,
        out: str | Path | None = None,
        progress: bool | Show = True,
        deadline: float | None = None,
        executor: Any = None,
    ) -> Result:
        """Ask for everything that is not known yet.

        A failed call is a row that says so, not an exception. Ctrl-C stops with everything kept:
        with a journal, the same call or ``sf.resume(journal)`` goes on.

        Parameters
        ----------
        workers : int, default 64
            Connections.
        journal : str or Path, optional
            File that holds every answer within a second, encrypted with the workspace's
            credentials. An existing one of the same plan is gone on with. With `out`, it is
            ``_journal`` in that folder where nothing else is said.
        out : str or Path, optional
            Folder for the ledger as Parquet parts, written as answers come; memory stays flat.
        progress : bool or callable, default True
            Show how far it is: a bar in terminals, a widget in notebooks.
            A function is called a few times a second with a
            :class:`~synerise_frames.bulk.progress.Progress`, and once when all is over; where
            the identifiers are an iterator, from the thread that sends.
        deadline : float, optional
            Seconds after which nothing more is sent; what is missing then is ``skipped``.
        executor : dask.distributed.Client, optional
            A cluster that sends the calls instead of this process.

        Returns
        -------
        Result
            Its ``frame`` is the ledger: profile, kind, analysis_id, name, result, result_type,
            status, error, source (``string``), value (``Float64``), http_status, attempts
            (``Int64``), fetched_at (``datetime64[us, tz]``): a row an input and analysis, in the
            order of the inputs.

        Raises
        ------
        NotFound
            If an analysis does not exist; nothing was sent for profiles.
        PermissionDenied
            If the key may not calculate one of them; the hint names the permission.
        PathNotVerified
            If the path had to be guessed and is not there.
        BulkError
            If the journal is of another plan or workspace, or the disk is full.
        ConfigError
            If an argument is wrong, or the extra ``bulk`` is not installed.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     plan = ws.profiles([1, 2, 1]).plan(aggregates=ws.aggregates.find("Baskets"))
        ...     plan.run(progress=False).frame[["profile", "value", "status"]]
          profile  value status
        0       1   51.0     ok
        1       2   20.0     ok
        2       1   51.0     ok
        """
        from synerise_frames.bulk.running import run  # noqa: PLC0415 - needs an extra

        options = Options(
            workers=workers,
            journal=None if journal is None else Path(journal),
            out=None if out is None else Path(out),
            progress=progress,
            deadline=deadline,
            executor=executor,
        )
        return run(self, options)

    def __repr__(self) -> str:
        return str(self._facts())

    def _repr_html_(self) -> str:
        return self._facts().html()

    def _facts(self) -> Facts:
        names = self.context.names
        rows = [(one.kind, names.get(one.id, one.id)) for one in self.analyses]
        rows += [
            ("calls", _count(self.calls)),
            ("already known", "not counted" if self.inputs is None else f"{self.known:,}"),
            ("to send", _count(self.to_send)),
            ("time at the limits", _time(self.seconds)),
        ]
        what = "an iterator" if self.inputs is None else f"{self.inputs:,} inputs"
        return Facts(f"Plan for {what}, profiles by {self.by}", rows)


def make_plan(
    context: Context, ids: Ids, by: str, analyses: Sequence[Analysis], fresh: Fresh
) -> Plan:
    """Count what a plan takes."""
    calls = units(context.api, analyses, by)
    tenant = context.api.tenant
    distinct = ids.distinct()
    keys = [tenant.digest(by, profile) for profile in distinct]
    known = open_known(context.api)
    groups = groups_of(analyses, by)
    answered = known_answers(known, context.api, groups, fresh) if known and keys else None
    there = [
        answered.mask(keys, position) if answered else None for position in range(len(analyses))
    ]
    needed = [_needed(unit, there, len(keys)) for unit in calls]
    sized = ids.size is not None
    parts = (by, [(one.kind, one.id) for one in analyses], _digest(ids) if sized else "iterator")
    return Plan(
        by,
        tuple(analyses),
        ids.size,
        len(keys) if sized else None,
        len(keys) * len(calls) if sized else None,
        sum(needed) if sized else None,
        sum(int(mask.sum()) for mask in there if mask is not None),
        tenant.key("plan", *parts)[:16],
        _seconds(calls, needed) if sized else None,
        context,
        ids,
        calls,
        fresh,
    )


def groups_of(analyses: Sequence[Analysis], by: str) -> list[tuple[str, str, str]]:
    """Give what the answers to these analyses are called among the known ones."""
    return [(one.operation, one.id, by) for one in analyses]


def _needed(unit: Unit, there: Sequence[Any], count: int) -> int:
    """Count the profiles for which one of a unit's analyses is not known."""
    masks = [there[position] for position in unit.positions]
    if any(mask is None for mask in masks):
        return count
    complete = masks[0]
    for mask in masks[1:]:
        complete = complete & mask
    return count - int(complete.sum())


def _digest(ids: Ids) -> str:
    """Give a digest of all inputs in order; the same inputs have the same."""
    texts, wrong = hashlib.blake2b(digest_size=16), hashlib.blake2b(digest_size=16)
    before = 0
    for piece in ids.pieces():
        # Without the brackets, so that it makes no difference where one piece ends.
        texts.update(f"{repr(piece.profiles)[1:-1]}, ".encode())
        wrong.update("".join(f"{before + row}," for row in sorted(piece.reasons)).encode())
        before += len(piece)
    return texts.hexdigest() + wrong.hexdigest()


def _seconds(calls: Sequence[Unit], needed: Sequence[int]) -> float | None:
    """Give the time that calls take at the limits of all of them, and of each operation."""
    own = calls[0].template.limits.per_second
    times = [sum(needed) / own] if own else []
    by_operation: dict[str, int] = {}
    for unit, count in zip(calls, needed, strict=True):
        by_operation[unit.template.op.key] = by_operation.get(unit.template.op.key, 0) + count
    for unit in calls:
        limits = unit.template.op.limits
        if limits and limits.per_second:
            times.append(by_operation[unit.template.op.key] / limits.per_second)
    return max(times, default=None)


def _count(number: int | None) -> str:
    return "not counted" if number is None else f"{number:,}"


def _time(seconds: float | None) -> str:
    if seconds is None:
        return "no limit is set"
    if seconds < 120:
        return f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"
