"""Find the path of an operation by asking: one route after the other, reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from synerise_frames.errors import AuthError, SyneriseError, TransportError
from synerise_frames.http.message import Response
from synerise_frames.wire.api import Api
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook, Route
from synerise_frames.wire.probe.candidates import by_experience, candidates, writes_nothing
from synerise_frames.wire.probe.evidence import Verdict, judge, names_body_field
from synerise_frames.wire.probe.finding import Finding, Status
from synerise_frames.wire.probe.pace import Pace
from synerise_frames.wire.probe.question import Material, Question, ask
from synerise_frames.wire.probe.tails import control_fields, is_plain, says_what

__all__ = ["probe"]

#: Refusals for too many requests that one operation bears.
_MOST_RESTS = 5
#: Tries without any answer, one after the other, after which an operation is given up.
_MOST_SILENCE = 2
#: So few refusals among many paths are about the operation, more are a gateway's habit.
_FEW = 3

_MADE_UP = "-no-such-path"


def probe(
    api: Api,
    op: Operation,
    material: Material,
    *,
    pace: Pace,
    found: Sequence[Route],
) -> Finding:
    """Find the route of one operation that reads or calculates.

    The route in effect is asked first, then the candidates, each once. What does not read is
    never asked.

    Parameters
    ----------
    api : Api
        Sends, by the paths in effect.
    op : Operation
        What is looked for.
    material : Material
        What to ask with.
    pace : Pace
        Keeps the requests apart.
    found : sequence of Route
        Routes that were found for other operations: what looks like them is tried first, they
        themselves are not.

    Raises
    ------
    AuthError
        If the credentials are refused before anything is asked.
    """
    needed = op.permissions
    if not op.reads:
        return Finding(op.key, "skipped", None, 0, "it does more than read, so it is not probed")
    if op.consumers and api.consumer not in op.consumers:
        return Finding(op.key, "skipped", None, 0, f"only for a {' or '.join(op.consumers)}")
    if needed and all(material.granted.get(name) is False for name in needed):
        return Finding(op.key, "denied", None, 0, f"the key needs {' and '.join(needed)}")
    question = ask(op, material)
    if isinstance(question, str):
        return Finding(op.key, "skipped", None, 0, question)
    return _Probe(api, op, material, question, pace).run(found)


@dataclass
class _Tally:
    """What the routes have answered so far."""

    sent: int = 0
    silent: int = 0
    rests: int = 0
    absent: int = 0
    refused: int = 0
    failed: int = 0
    forbidden: Route | None = None
    possible: Finding | None = None
    stop: Finding | None = None


class _Probe:
    """One operation's search."""

    def __init__(
        self, api: Api, op: Operation, material: Material, question: Question, pace: Pace
    ) -> None:
        self._api = api
        self._op = op
        self._material = material
        self._question = question
        self._pace = pace
        self._tally = _Tally()

    def run(self, found: Sequence[Route]) -> Finding:
        """Try routes until one is believed, or none is left."""
        op, book = self._op, self._api.paths
        now = book.route(op)
        # JSON and CSV may share a path and be told apart by the Accept header.
        taken = {(r.method, r.path) for r in found if op.answers != "csv"}
        others = [r for r in candidates(op, book) if (r.method, r.path) not in taken]
        for route in [now, *by_experience(others, found)]:
            # The route in effect may be the user's own and have any words.
            if not writes_nothing(route, book):
                continue
            verdict = self._try(route)
            if self._tally.stop:
                return self._tally.stop
            if verdict.belief == "yes":
                verdict = self._doubt(route, verdict)
                if self._tally.stop:
                    return self._tally.stop
            if verdict.belief == "yes":
                status: Status = "confirmed" if route == now else "found"
                return self._finding(status, replace(route, source="probe"), verdict.why)
            if verdict.belief == "perhaps" and not self._tally.possible:
                self._tally.possible = self._finding("possible", route, verdict.why)
        return self._nothing()

    def _try(self, route: Route) -> Verdict:
        response = self._send(route, self._question.body)
        if response is None:
            return Verdict("no", "no answer")
        self._count(route, response)
        verdict = judge(self._op, response, self._question.asked, self._exists)
        return self._look_again(route, verdict) if verdict.empty else verdict

    def _look_again(self, route: Route, verdict: Verdict) -> Verdict:
        """Ask without the body where the answer was empty: the operation has to miss it."""
        answer = self._send(route, {}) if says_what(self._op, route.path) else None
        refused = answer is not None and answer.status in (400, 422)
        if answer and refused and names_body_field(self._op, answer):
            return Verdict("yes", f"{verdict.why}; without a body it asks for a field of it")
        return replace(verdict, why=f"{verdict.why}, which says little: try other ids or profiles")

    def _doubt(self, route: Route, verdict: Verdict) -> Verdict:
        """Look for a reason against an answer that looks right."""
        literal = next(p for p in reversed(route.path.split("/")) if p and "{" not in p)
        head, _, tail = route.path.rpartition(literal)
        made_up = replace(route, path=f"{head}{literal}{_MADE_UP}{tail}")
        answer = self._send(made_up, self._question.body)
        if answer and judge(self._op, answer, self._question.asked, self._exists).belief == "yes":
            return Verdict("perhaps", "the server answers a made-up path in the same way")
        wrong = control_fields(self._op)
        if wrong is not None and is_plain(self._op, route.path):
            answer = self._send(route, wrong)
            if answer is None or answer.status not in (400, 422):
                return Verdict(
                    "perhaps",
                    "it also answers when the body is wrong, so it may be a plain recalculation "
                    "that reads none",
                )
            return replace(verdict, why=f"{verdict.why}; a wrong body is refused")
        return verdict

    def _send(self, route: Route, body: Any) -> Response | None:
        """Send one question, again only where the server asks to wait."""
        book = PathBook(found={self._op.key: route})
        question = self._question
        request = self._api.request(self._op, question.values, question.query, body, book)
        request = replace(request, repeatable=False)
        while True:
            self._pace.wait()
            self._tally.sent += 1
            try:
                response = self._api.send(self._op, request)
            except TransportError as error:
                self._missed(error)
                return None
            self._tally.silent = 0
            if response.status != 429:
                return response
            self._tally.rests += 1
            self._pace.rest(response.retry_after)
            if self._tally.rests > _MOST_RESTS:
                self._stop("skipped", None, "the server's limit was reached: try again later")
                return None

    def _missed(self, error: SyneriseError) -> None:
        self._tally.silent += 1
        self._tally.failed += 1
        if self._tally.silent >= _MOST_SILENCE:
            self._stop("skipped", None, f"the server gave no answer ({error.code}): try later")

    def _count(self, route: Route, response: Response) -> None:
        tally, status = self._tally, response.status
        if status == 401:
            self._stop("denied", route, "the server refuses the credentials here (status 401)")
        elif status == 403:
            tally.forbidden = tally.forbidden or route
            tally.refused += 1
        elif status in (404, 405):
            tally.absent += 1
        elif status >= 500:
            tally.failed += 1
        # Some gateways answer 403 for all that they do not know: then it says nothing.
        if tally.forbidden and tally.absent and not self._permitted():
            self._stop("denied", tally.forbidden, self._needs())

    def _nothing(self) -> Finding:
        tally = self._tally
        if tally.possible:
            return replace(tally.possible, tried=tally.sent)
        if tally.forbidden and (tally.refused <= _FEW or not self._permitted()):
            return self._finding("denied", tally.forbidden, self._needs())
        note = "no path that was tried answers as printed"
        if tally.failed:
            note += f"; {tally.failed} tries ended in a failure of the server"
        if tally.forbidden:
            note += f"; {tally.refused} were refused with status 403 although permitted"
        unsure = self._material.lacking.get(self._op.key.partition(".")[0])
        if unsure:
            note += f"; the id could not be checked: {unsure}"
        return self._finding("not found", None, note)

    def _permitted(self) -> bool:
        granted = self._material.granted
        return all(granted.get(name) is True for name in self._op.permissions)

    def _needs(self) -> str:
        granted = self._material.granted
        names = [n for n in self._op.permissions if granted.get(n) is not True]
        if names:
            return f"status 403: the key needs {' and '.join(names)}"
        has = " and ".join(self._op.permissions)
        return f"status 403 here, although the permission check says that the key has {has}"

    def _stop(self, status: Status, route: Route | None, note: str) -> None:
        self._tally.stop = self._finding(status, route, note)

    def _finding(self, status: Status, route: Route | None, note: str) -> Finding:
        return Finding(self._op.key, status, route, self._tally.sent, note)

    def _exists(self, one: str) -> bool:
        """Say whether a definition of this family has the id, asking a printed path."""
        family = self._op.key.partition(".")[0]
        if one in self._material.ids.get(family, ()):
            return True
        details = OPERATIONS[f"{family}.get"]
        (name,) = details.path_arguments
        self._pace.wait()
        self._tally.sent += 1
        try:
            request = self._api.request(details, {name: one}, {}, None)
            return self._api.send(details, replace(request, repeatable=False)).ok
        except AuthError:
            raise
        except SyneriseError:
            return False
