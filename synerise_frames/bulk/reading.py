"""From answers to cells: many at once where they have the printed form, else one by one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence

from synerise_frames.bulk.asked import Analysis, Unit
from synerise_frames.bulk.cell import Cell, Status
from synerise_frames.errors import PathNotVerified, ShapeError, SyneriseError
from synerise_frames.frames import membership
from synerise_frames.frames.answers import answers, printed_answers
from synerise_frames.http.message import Response
from synerise_frames.http.swarm import Outcome
from synerise_frames.schema.text import as_text

_STATUS: dict[int, Status] = {
    **dict.fromkeys((400, 413, 414, 415, 422), "invalid"),
    403: "forbidden",
    404: "not_found",
    429: "rate_limited",
}

#: One call that was answered: for whom, and what came.
Answered = tuple[str, Outcome]


class Reader:
    """Reads the answers to one unit.

    Parameters
    ----------
    unit : Unit
        What was asked.
    analyses : sequence of Analysis
        All of the plan.
    by : str
        What profiles are identified by.
    refusal : callable
        Gives the error for a profile and an answer that is no success.
    names : dict
        Names of analyses by id, for answers without; those that answers have are added.
    """

    def __init__(
        self,
        unit: Unit,
        analyses: Sequence[Analysis],
        by: str,
        refusal: Callable[[str, Response], SyneriseError],
        names: dict[str, str],
    ) -> None:
        self._asked = [analyses[i] for i in unit.positions]
        self._others = {one.id for one in analyses} - {one.id for one in self._asked}
        self._by = by
        self._refusal = refusal
        self._names = names
        self._kind = self._asked[0].kind

    def read(self, answered: Sequence[Answered]) -> list[list[Cell]]:
        """Give the cells of each answer, one an analysis of the unit."""
        good = [i for i, (_, outcome) in enumerate(answered) if _is_success(outcome)]
        cells: list[list[Cell]] = [[]] * len(answered)
        read = self._values if self._kind != "segmentation" else self._memberships
        for i, row in zip(good, read([answered[i] for i in good]), strict=True):
            cells[i] = row
        for i, (profile, outcome) in enumerate(answered):
            if not cells[i]:
                cells[i] = [self._failed(profile, outcome)] * len(self._asked)
        return cells

    def _failed(self, profile: str, outcome: Outcome) -> Cell:
        at, tries = _micros(outcome), outcome.attempts
        if outcome.status is None:
            if outcome.error is None:
                return Cell("skipped", error="not answered before the run ended", attempts=tries)
            error = outcome.error
            # Where asking again does not help, the row says what does.
            why = error.message if error.retryable else f"{error.message} {error.hint}"
            return Cell("error", None, why, tries, None, at)
        headers = {"Content-Type": outcome.content_type}
        refusal = self._refusal(profile, Response(outcome.status, headers, outcome.content))
        # What is not known to stay so, such as 302 or 408, may pass.
        status = _STATUS.get(outcome.status, "error")
        if isinstance(refusal, PathNotVerified):
            status = "error"  # Nothing is known of the profile.
        return Cell(status, outcome.status, refusal.message, tries, "live", at)

    def _values(self, answered: Sequence[Answered]) -> Iterable[list[Cell]]:
        """Read answers of an aggregate or expression."""
        if not answered:
            return
        profiles = [profile for profile, _ in answered]
        columns = printed_answers(self._kind, [o.content for _, o in answered], profiles)
        if columns is None:
            for profile, outcome in answered:
                yield [self._one_value(profile, outcome)]
            return
        rows = zip(
            columns["client_id"],
            columns["analysis_id"],
            columns["name"],
            columns["result"],
            columns["value"],
            columns["result_type"],
            strict=True,
        )
        for (profile, outcome), row in zip(answered, rows, strict=True):
            yield [self._value(profile, outcome, *row)]

    def _one_value(self, profile: str, outcome: Outcome) -> Cell:
        try:
            read = answers(self._kind, outcome.content or b"null", profile)
        except ShapeError as error:
            return _unread(outcome, error.message)
        count = len(read["result"])
        if count > 1:
            return _unread(outcome, f"{count} results where one was asked for")
        if count == 0:
            return Cell("ok", outcome.status, None, outcome.attempts, "live", _micros(outcome))
        names = ("client_id", "analysis_id", "name", "result", "value", "result_type")
        client, analysis, *row = (read[name][0] for name in names)
        return self._value(profile, outcome, as_text(client), as_text(analysis), *row)

    def _value(
        self,
        profile: str,
        outcome: Outcome,
        client: str | None,
        analysis: str | None,
        name: str | None,
        result: str | None,
        value: float | None,
        result_type: str | None,
    ) -> Cell:
        # What the reader cannot vouch for is no row: a wrong one would be worse than none.
        if self._by == "id" and client is not None and not _same(client, profile):
            return _unread(outcome, "the answer is about another profile")
        if analysis in self._others:
            return _unread(outcome, "the answer is about another analysis")
        asked = self._asked[0].id
        name = self._names.setdefault(asked, name) if name else self._names.get(asked)
        return Cell(
            "ok",
            outcome.status,
            None,
            outcome.attempts,
            "live",
            _micros(outcome),
            result,
            value,
            result_type,
            name,
        )

    def _memberships(self, answered: Sequence[Answered]) -> Iterable[list[Cell]]:
        """Read answers of the membership check."""
        for profile, outcome in answered:
            members = _printed_members(outcome.content)
            names: dict[str, str] = {}
            if members is None:
                try:
                    members, names = self._members(profile, outcome)
                except ShapeError as error:
                    yield [_unread(outcome, error.message)] * len(self._asked)
                    continue
            if members and not members.keys() & {one.id for one in self._asked}:
                why = "the answer is about other segmentations"
                yield [_unread(outcome, why)] * len(self._asked)
                continue
            names = {**self._names, **names}
            yield [_member(outcome, members.get(a.id), names.get(a.id)) for a in self._asked]

    def _members(self, profile: str, outcome: Outcome) -> tuple[dict[str, bool], dict[str, str]]:
        """Read an answer of any form."""
        frame = membership(
            outcome.content or b"null", profile=profile, asked=[one.id for one in self._asked]
        )
        told = frame.dropna(subset=["member"])
        named = frame.dropna(subset=["segmentation"])
        return (
            dict(zip(told["segmentation_id"], map(bool, told["member"]), strict=True)),
            dict(zip(named["segmentation_id"], named["segmentation"], strict=True)),
        )


def _is_success(outcome: Outcome) -> bool:
    return outcome.status is not None and 200 <= outcome.status < 300


def _printed_members(content: bytes) -> dict[str, bool] | None:
    """Read ``[{"segmentationId", "result"}]``; ``None`` for any other form."""
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if type(rows) is not list:
        return None
    found: dict[str, bool] = {}
    for row in rows:
        if type(row) is not dict or row.keys() != {"segmentationId", "result"}:
            return None
        one, flag = row["segmentationId"], row["result"]
        if type(one) is not str or type(flag) is not bool or one in found:
            return None
        found[one] = flag
    return found


def _member(outcome: Outcome, member: bool | None, name: str | None) -> Cell:
    known = member is not None
    return Cell(
        "ok",
        outcome.status,
        None,
        outcome.attempts,
        "live",
        _micros(outcome),
        as_text(member),
        None,
        "boolean" if known else None,
        name,
    )


def _unread(outcome: Outcome, why: str) -> Cell:
    return Cell("error", outcome.status, why, outcome.attempts, "live", _micros(outcome))


def _micros(outcome: Outcome) -> int:
    return int(outcome.asked_at * 1_000_000)


def _same(client: str, profile: str) -> bool:
    """Compare ids; a server that answers with a number has dropped leading zeros."""
    if client == profile:
        return True
    return client.isdecimal() and profile.isdecimal() and client == (profile.lstrip("0") or "0")
