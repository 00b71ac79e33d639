"""From a plan to its result: everything a run needs is opened, and closed whatever happens."""

from __future__ import annotations

import time
import warnings
from contextlib import ExitStack

from synerise_frames.bulk.ahead import Ahead
from synerise_frames.bulk.chunk import Lookup
from synerise_frames.bulk.feed import Feed
from synerise_frames.bulk.interrupts import on_interrupt
from synerise_frames.bulk.journal import Journal
from synerise_frames.bulk.journal.logbook import open_journal
from synerise_frames.bulk.kept.keeping import Keeping
from synerise_frames.bulk.kept.lookups import Found, known_answers, open_known
from synerise_frames.bulk.names import names_of
from synerise_frames.bulk.options import Options
from synerise_frames.bulk.output import Folder, Memory, Output
from synerise_frames.bulk.plan import Plan, groups_of
from synerise_frames.bulk.progress import Progress
from synerise_frames.bulk.result import Result
from synerise_frames.bulk.run import Run, Transport
from synerise_frames.bulk.showing import chosen
from synerise_frames.callers import depth_of_caller
from synerise_frames.errors import SyneriseWarning
from synerise_frames.extras import require


def run(plan: Plan, options: Options, earlier: Lookup | None = None) -> Result:
    """Run a plan; what `earlier` knows is not asked again."""
    require("bulk", "pycurl", "tqdm", "cryptography")
    api = plan.context.api
    offline = api.memory is not None and api.memory.offline
    groups = groups_of(plan.analyses, plan.by)
    started = time.monotonic()
    with ExitStack() as stack:
        names = dict(plan.context.names)
        if plan.to_send != 0:
            names |= names_of(plan.context, plan.analyses)
        if options.out and (path := options.journal_path) and path.exists():
            # Told before the folder says only that it is of another plan.
            Journal.check_owner(path, api.tenant)
        output: Output = Memory()
        if options.out:
            output = folder = Folder(options.out, plan.fingerprint)
            stack.enter_context(folder.alone())
        lookups = [earlier] if earlier else []
        journal = None
        if (opened := open_journal(plan, options, names)) is not None:
            journal, answered = opened
            stack.callback(journal.close)
            # Who tries again wants another answer than a refusal.
            lookups.append(Found(answered, "live", only_good=earlier is not None))
        known = open_known(api)
        if known:
            lookups.append(Found(known_answers(known, api, groups, plan.fresh), "cached"))
        keeping = Keeping(journal, known, groups)
        stack.callback(keeping.close)
        # Where nobody comes twice, nobody has to be remembered.
        repeats = plan.profiles is None or plan.profiles + plan.ids.invalid != plan.inputs
        pieces = plan.ids.pieces()
        ahead = Ahead(pieces) if plan.inputs is None else None
        feed = Feed(ahead or pieces, plan.units, plan.key, lookups, repeats=repeats)
        progress = Progress(plan.to_send, chosen(options.progress), plan.known)
        stack.enter_context(progress)
        running = Run(plan, feed, keeping, output, progress, names, ahead)
        transport = None if offline else _transport(plan, options)
        progress.on_cancel(running.interrupt)
        with on_interrupt(running.interrupt):
            running.execute(transport, options.deadline)
        if running.interrupted:
            progress.is_cancelled = True
            progress.note = _how_to_go_on(plan, journal, kept=known is not None)
    if running.interrupted:
        error = KeyboardInterrupt()
        error.add_note(progress.note)
        raise error
    result = Result(plan, options, output, progress.sent, time.monotonic() - started)
    if offline and (missing := result.counts.get("skipped")):
        warnings.warn(
            f"Offline: {missing:,} of {len(result):,} rows have no kept answer and are "
            "skipped. Run the plan once with offline=False; where it finds no profile, nothing "
            "is kept.",
            SyneriseWarning,
            stacklevel=depth_of_caller(),
        )
    return result


def _transport(plan: Plan, options: Options) -> Transport:
    api = plan.context.api
    for unit in plan.units:
        api.consent(unit.template.op)
    if options.executor is None:
        return api.swarm(options.workers)
    from synerise_frames.bulk.cluster import Cluster  # noqa: PLC0415 - needs Dask

    return Cluster(options.executor, api, options.workers)


def _how_to_go_on(plan: Plan, journal: Journal | None, *, kept: bool) -> str:
    if journal:
        return (
            f"What was answered is kept: sf.resume({str(journal.path)!r}) goes on, and so does the "
            "same call."
        )
    if kept and (plan.fresh.refresh or plan.fresh.max_age is not None):
        # The same plan would find all of it too old.
        strict = "refresh=True" if plan.fresh.refresh else f"max_age={plan.fresh.max_age:g}"
        return f"What was answered is kept for a while: plan it again without {strict} to go on."
    if kept:
        return "What was answered is kept for a while: run the same plan to go on."
    return "Nothing is kept without a cache: pass journal= to be able to go on."
