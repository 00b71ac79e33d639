"""What a run gives: the ledger, what failed in it, and the same in wide form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from synerise_frames.bulk.cell import Cell
from synerise_frames.bulk.ids import Ids, Inputs
from synerise_frames.bulk.kept.lookups import Earlier
from synerise_frames.bulk.ledger import SCHEMA, cells_of, inputs_of, to_frame
from synerise_frames.bulk.options import Options
from synerise_frames.bulk.output import Output
from synerise_frames.bulk.plan import Plan
from synerise_frames.bulk.showing import Show
from synerise_frames.bulk.wide import widen
from synerise_frames.errors import BulkError
from synerise_frames.provenance import Origin, stamp
from synerise_frames.readable import Facts

_SAMPLES = 3


class Result:
    """What became of a plan; given by :meth:`.Plan.run`.

    Attributes
    ----------
    plan : Plan
        What was asked.
    sent : int
        Calls that were sent.
    seconds : float
        How long it took.
    counts : dict
        Rows of the ledger by status.
    out, journal : Path or None
        Where the ledger and the journal are on disk.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> with sf.demo() as ws:
    ...     plan = ws.profiles([1, None]).plan(aggregates=ws.aggregates.find("Baskets"))
    ...     result = plan.run(progress=False)
    ...     result.counts
    {'ok': 1, 'invalid': 1}
    """

    def __init__(
        self, plan: Plan, options: Options, output: Output, sent: int, seconds: float
    ) -> None:
        self.plan = plan
        self.sent = sent
        self.seconds = seconds
        self._options = options
        self._output = output
        self._finished = datetime.now(UTC)

    @property
    def out(self) -> Path | None:
        """The folder of the ledger, if it has one."""
        return self._options.out

    @property
    def journal(self) -> Path | None:
        """The journal, if there is one."""
        return self._options.journal_path

    @cached_property
    def counts(self) -> dict[str, int]:
        """Rows of the ledger by status."""
        counts: Counter[str] = Counter()
        for table in self._output.tables(["status"]):
            counts.update(table["status"].to_pylist())
        return dict(counts.most_common())

    @property
    def frame(self) -> pd.DataFrame:
        """The ledger: a row an input and analysis, in the order of the inputs.

        See ``sf.schema.describe("ledger")``. A ledger on disk is read here, all of it. What is
        done to the frame does not change this result.
        """
        return self._ledger.copy()

    @cached_property
    def _ledger(self) -> pd.DataFrame:
        table = pa.concat_tables([SCHEMA.empty_table(), *self._output.tables(None)])
        frame = to_frame(table, self.plan.context.tz)
        memory = self.plan.context.api.memory
        if memory and memory.offline:
            source = "offline"
        else:
            live = pc.any(pc.equal(table["source"], "live")).as_py()
            source = "live" if self.sent and live else "cached"
        # A ledger is as old as its oldest answer.
        oldest = pc.min(table["fetched_at"]).as_py() or self._finished
        return stamp(
            frame,
            Origin(
                workspace=self.plan.context.alias,
                operation="bulk",
                fetched_at=oldest,
                fingerprint=self.plan.fingerprint,
                source=source,
                age=max((self._finished - oldest).total_seconds(), 0.0),
            ),
        )

    def wide(self) -> pd.DataFrame:
        """Give a row an input and a column an analysis, typed by what came.

        Returns
        -------
        DataFrame
            profile (``string``), then a column for each analysis under its name: ``Int64`` or
            ``Float64`` where all results are numbers, ``boolean`` where all are flags,
            ``datetime64[us, tz]`` where all are aware times, else ``string``: a server that
            sends ``"true"`` or ``"12.5"`` sends text. Of analyses with one name, each also has
            the start of its id. A call that failed is missing.

        Examples
        --------
        >>> import synerise_frames as sf
        >>> with sf.demo() as ws:
        ...     plan = ws.profiles([1, 2]).plan(
        ...         aggregates=ws.aggregates.find("Baskets"),
        ...         segmentations=ws.segmentations.find("Buying rhythm"),
        ...     )
        ...     plan.run(progress=False).wide().dtypes.astype(str).tolist()
        ['string', 'Int64', 'boolean']
        """
        asked = [(one.kind, one.id) for one in self.plan.analyses]
        return widen(self._ledger, asked, self.plan.context.names)

    def failed(self) -> pd.DataFrame:
        """Give the rows of the ledger that are not ``ok``."""
        return self._ledger[self._ledger["status"] != "ok"].copy()

    def raise_if_failed(self) -> Result:
        """Give this result if all went well, for scripts.

        Raises
        ------
        BulkError
            If a row is not ``ok``; the message counts them by status.
        """
        wrong = {status: count for status, count in self.counts.items() if status != "ok"}
        if wrong:
            told = ", ".join(f"{count:,} {status}" for status, count in wrong.items())
            samples = self.failed()["error"].dropna().value_counts().head(_SAMPLES)
            words = "; ".join(f"{count:,} x {why}" for why, count in samples.items())
            raise BulkError(
                f"{sum(wrong.values()):,} of {sum(self.counts.values()):,} rows failed: {told}. "
                f"{words}",
                hint=".failed() shows the rows, .retry_failed() asks for them again.",
            )
        return self

    def retry_failed(self, *, workers: int | None = None, progress: bool | Show = True) -> Result:
        """Ask again for what failed, and for nothing else.

        Parameters
        ----------
        workers : int, optional
            Connections; as many as before where left out.
        progress : bool or callable, default True
            As for :meth:`Plan.run`.

        Returns
        -------
        Result
            The whole ledger, with the new rows in their places; on disk, where this one is.
        """
        from synerise_frames.bulk.running import run  # noqa: PLC0415 - it makes results

        pieces: list[Inputs] = []
        good: dict[tuple[int, bytes], Cell] = {}
        for table in self._output.tables(None):
            pieces.append(inputs_of(table, len(self.plan.analyses)))
            good.update(self._good(table, pieces[-1]))
        # An iterator is used up, but what it gave is in the ledger.
        plan = replace(self.plan, ids=Ids(pieces), to_send=None)
        workers = self._options.workers if workers is None else workers
        options = replace(self._options, workers=workers, progress=progress)
        return run(plan, options, Earlier(good))

    def _good(self, table: pa.Table, inputs: Inputs) -> Iterator[tuple[tuple[int, bytes], Cell]]:
        """Give the cells that need no second try."""
        width = len(self.plan.analyses)
        cells = cells_of(table, 0, len(table))
        for row, profile in enumerate(inputs.profiles):
            key = self.plan.key(profile) if profile and row not in inputs.reasons else b""
            for analysis, cell in enumerate(cells[row * width : (row + 1) * width]):
                if key and cell.status == "ok":
                    yield (analysis, key), cell

    def __repr__(self) -> str:
        told = ", ".join(f"{count:,} {status}" for status, count in self.counts.items())
        where = f", in {self.out}" if self.out else ""
        return f"<Result: {told or 'no rows'}; {self.sent:,} calls in {self.seconds:.1f} s{where}>"

    def _repr_html_(self) -> str:
        rows = len(self)
        counts = [(name, f"{n:,} ({n / rows:.1%})") for name, n in self.counts.items()]
        facts = [*counts, ("calls sent", f"{self.sent:,} in {self.seconds:,.1f} s")]
        if self.out:
            facts.append(("ledger", str(self.out)))
        if self.journal:
            facts.append(("journal", str(self.journal)))
        failed = set(self.counts) - {"ok"}
        note = ".failed() shows what failed, .retry_failed() asks again" if failed else ""
        return Facts(f"Result: {rows:,} rows", facts, note or ".frame and .wide() hold it").html()

    def __len__(self) -> int:
        """Give the number of rows of the ledger."""
        return sum(self.counts.values())

    def __bool__(self) -> bool:
        """Be true also without rows."""
        return True
