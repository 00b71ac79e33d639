"""The journal of a plan: begun, gone on with, and read for what was asked."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import ExitStack
from itertools import chain, islice

from synerise_frames.bulk.ids import PIECE, Ids, Inputs
from synerise_frames.bulk.journal import Journal
from synerise_frames.bulk.kept.answered import Answered
from synerise_frames.bulk.options import Options
from synerise_frames.bulk.plan import Plan
from synerise_frames.errors import BulkError
from synerise_frames.schema import SCHEMA_VERSION
from synerise_frames.wire.freshness import CachePolicy


def open_journal(
    plan: Plan, options: Options, names: Mapping[str, str]
) -> tuple[Journal, Answered] | None:
    """Begin the journal of a plan or go on with it, if it has one; give its answers too.

    Raises
    ------
    BulkError
        If the file is of another plan, workspace or version, or is none.
    """
    path, out = options.journal_path, options.out
    if path is None:
        return None
    about = {
        "fingerprint": plan.fingerprint,
        "schema_version": SCHEMA_VERSION,
        "by": plan.by,
        "analyses": [[one.kind, one.id] for one in plan.analyses],
        "inputs": plan.inputs,
        "max_age": plan.fresh.max_age,
        "refresh": plan.fresh.refresh,
        "out": None if out is None else str(out.absolute()),
        "names": {one.id: names[one.id] for one in plan.analyses if one.id in names},
    }
    if path.exists():
        with ExitStack() as stack:
            journal = stack.enter_context(Journal.open(path, plan.context.api.tenant))
            journal.expect(fingerprint=plan.fingerprint, schema_version=SCHEMA_VERSION)
            answered = journal.answered()
            if options.resuming or not _is_old(answered, plan):
                _add_inputs(journal, plan)
                stack.pop_all()
                return journal, answered
        path.unlink(missing_ok=True)
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.start(path, plan.context.api.tenant, about))
        _add_inputs(journal, plan)
        stack.pop_all()
    return journal, Answered([])


def _is_old(answered: Answered, plan: Plan) -> bool:
    """Say whether a journal is of a run that ended well, too long ago to be given again.

    What a run that was ended has left is gone on with, however old it is.
    """
    oldest = answered.oldest()
    if plan.inputs is None or oldest is None:
        return False
    keys = [plan.key(profile) for profile in plan.ids.distinct()]
    if not all(answered.mask(keys, position).all() for position in range(len(plan.analyses))):
        return False
    memory, max_age = plan.context.api.memory, plan.fresh.max_age
    policy = memory.freshness.policy if memory else CachePolicy()
    if max_age is None:
        max_age = policy.profile_values
    return plan.fresh.refresh or time.time() - oldest / 1_000_000 > max_age


def _add_inputs(journal: Journal, plan: Plan) -> None:
    """Write what is asked for, as far as it is not written."""
    if plan.inputs is None:
        return
    there = Journal.peek(journal.path)["inputs_written"]
    if there < plan.inputs:
        texts = chain.from_iterable(_written(piece) for piece in plan.ids.pieces())
        rest = islice(texts, there, None)
        for piece in iter(lambda: [*islice(rest, PIECE)], []):
            journal.add_inputs(piece)


def ids_of(journal: Journal) -> Ids:
    """Give the identifiers that a journal's plan asks for.

    Raises
    ------
    BulkError
        If they came from an iterator, which ended with its process.
    """
    if journal.about["inputs"] is None:
        raise BulkError(
            "The identifiers of this journal came from an iterator, which is gone.",
            hint="Make the same plan with the iterator again, and run it with this journal.",
        )
    # In pieces of our own size again: each is a part of the output.
    texts = chain.from_iterable(journal.inputs())
    ids = Ids([_read(piece) for piece in iter(lambda: [*islice(texts, PIECE)], [])])
    if ids.size != journal.about["inputs"]:
        raise BulkError(
            f"The journal has {ids.size:,} of {journal.about['inputs']:,} identifiers: the run was "
            "ended before it had written them.",
            hint="Make the same plan again, and run it with this journal.",
        )
    return ids


def _written(piece: Inputs) -> list[str | None]:
    """Write inputs so that what was no identifier does not become one."""
    return [
        json.dumps([profile, piece.reasons[row]]) if row in piece.reasons else f"={profile}"
        for row, profile in enumerate(piece.profiles)
    ]


def _read(texts: list[str | None]) -> Inputs:
    profiles: list[str | None] = []
    reasons: dict[int, str] = {}
    for row, text in enumerate(texts):
        if text is not None and text.startswith("="):
            profiles.append(text[1:])
        else:
            shown, reasons[row] = json.loads(text or "[null, null]")
            profiles.append(shown)
    return Inputs(profiles, reasons)
