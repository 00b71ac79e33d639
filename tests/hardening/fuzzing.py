"""One generated answer after the other: drawn, given to a client, judged, made small."""

from __future__ import annotations

import faulthandler
import json
import re
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

import synerise_frames as sf
from synerise_frames.http.message import Response
from tests.hardening.calls import KEY, PATHS, PERSON, Recorded
from tests.hardening.logins import LOGINS, PASSWORD
from tests.hardening.mutations import (
    anything,
    as_sent,
    bytes_of,
    changed,
    grafted,
    refusal,
    size,
    status_of,
    text_of,
    thinned,
)
from tests.hardening.oracle import TZ, problems_of, problems_of_error
from tests.hardening.server import TOKEN, RawServer, Seen, Wire, wire
from tests.hardening.shrinking import smallest

PATIENCE = sf.RetryPolicy(
    attempts=2, backoff=0, max_wait=0.01, connect_timeout=2, read_timeout=0.15, deadline=1
)
#: Seconds of work for one call, beyond which it counts as hanging; a minute of waiting does too.
SLOW = 6.0


@dataclass(frozen=True)
class Case:
    """One generated answer: to which call, and what is answered where."""

    recorded: Recorded
    how: str
    where: tuple[str, str]
    said: Wire
    #: Whether what is answered is kept, and read again from what is kept.
    keeps: bool = False


@dataclass
class Tally:
    """How calls ended, so that a run in which nothing is read is noticed."""

    ends: Counter[str] = field(default_factory=Counter)
    hows: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)


def draw(random: Random, one: Recorded) -> Case:
    """Draw an answer to one of the requests of a call."""
    keeps = random.random() > 0.8 and "login" not in one.name
    where = random.choice([*one.answers])
    answer = one.answers[where]
    # A definition is asked for what is in it, and nothing of it is in the frame.
    asks = where[0] == "GET" and re.search("/trends/|/sankeys/", where[1])
    keeps_all = not asks and "/uauth/" not in where[1]
    how, said = _said(random, answer, "csv" in where[1], keeps_all)
    return Case(one, how, where, said, keeps)


def _said(random: Random, answer: Response, is_csv: bool, keeps_all: bool) -> tuple[str, Wire]:
    rows, fields = size(random)
    kind = random.randrange(100)
    if kind >= 88:
        body = _dumps(refusal(random, [KEY, PERSON, TOKEN])).encode("utf-8", "surrogatepass")
        return "refused", as_sent(random, body, status_of(random) if kind >= 98 else 400)
    if is_csv:
        body = bytes_of(random, _csv(random, answer, rows))
        return "csv", as_sent(random, body, status_of(random))
    payload = json.loads(answer.content or b"null")
    if kind < 43:
        said = _dumps(thinned(changed(random, payload), rows, fields))
        return "changed", wire(said.encode("utf-8", "surrogatepass"))
    if kind < 53 and keeps_all:
        graft = grafted(random, thinned(payload, rows, fields))
        if graft is not None:
            return "grafted", wire(json.dumps(graft).encode())
    if kind < 63:
        return "any JSON", wire(_dumps(anything(random, 5)).encode("utf-8", "surrogatepass"))
    changes = changed(random, payload) if random.random() > 0.6 else payload
    body = bytes_of(random, text_of(random, thinned(changes, rows, fields)))
    return "on the wire", as_sent(random, body, status_of(random))


def _csv(random: Random, answer: Response, most: int) -> str:
    rows = answer.content.decode().splitlines()[: most + 1]
    for _ in range(random.choice([0, 1, 3])):
        at = random.randrange(len(rows))
        rows[at] = random.choice(
            [rows[at] + ",x", '"', rows[at] * 2, "", ",,,", "\x00", rows[at].replace(",", ";"),
             str(anything(random, 1)), "NaN,Infinity", rows[0], '"a\nb",1', "\ud800"]
        )  # fmt: skip
    return random.choice(["\n", "\r\n", "\r"]).join(rows)


def _dumps(payload: Any) -> str:
    try:
        return json.dumps(payload, ensure_ascii=False)
    except RecursionError:
        return "[" * 900 + "]" * 900


class Fuzz:
    """A server and clients of it; each case is one call."""

    def __init__(
        self, server: RawServer, recorded: list[Recorded], ids: Mapping[str, str], cache: Path
    ) -> None:
        self._server, self._recorded, self._ids = server, [*recorded, *LOGINS], ids
        server.answer = self._answer
        server.login = self._login
        self._case: Case | None = None
        how = {
            "api_key": KEY, "host": server.url, "tz": TZ, "retry": PATIENCE, "paths": PATHS,
            "limits": sf.RateLimits(),
        }  # fmt: skip
        self._plain = sf.connect(cache=False, **how)
        self._keeping = sf.connect(cache=cache, **how)
        self.tally = Tally()

    def close(self) -> None:
        self._plain.close()
        self._keeping.close()

    def _answer(self, seen: Seen) -> Wire:
        case = self._case
        assert case is not None
        where = (seen.method, seen.path)
        if where == case.where:
            return case.said
        good = case.recorded.answers.get(where)
        if good is None:
            return wire(b'{"message": "no such path"}', 404)
        return wire(good.content, good.status, good.headers.get("Content-Type") or "text/plain")

    def _login(self, seen: Seen) -> Wire:
        assert self._case is not None
        if self._case.where == (seen.method, seen.path):
            return self._case.said
        return wire(json.dumps({"token": TOKEN}).encode())

    def batches_of(self, name: str, count: int) -> range:
        """Give the numbers of the first batches of answers to a call."""
        (first,) = [i for i, one in enumerate(self._recorded) if one.name == name]
        return range(first, first + count * len(self._recorded), len(self._recorded))

    def run(self, seed: int, batches: Iterable[int]) -> Tally:
        """Try batches of answers, each to one call; a seed and a number give the same again."""
        for number in batches:
            recorded = self._recorded[number % len(self._recorded)]

            def attempt(random: Random, recorded: Recorded = recorded) -> list[str]:
                # A hang is killed with the stacks of all threads.
                faulthandler.dump_traceback_later(60, exit=True)
                return self.one(draw(random, recorded))

            found = smallest(attempt, f"{seed}-{number}")
            self.tally.findings += [f"batch {number}, {one}" for one in found]
        faulthandler.cancel_dump_traceback_later()
        return self.tally

    def one(self, case: Case) -> list[str]:
        """Make a call, and tell what is wrong with how it ended."""
        self._case = case
        self.tally.hows[case.how] += 1
        if not case.keeps:
            return self._attempt(self._plain, case)[1]
        self._keeping.cache.clear()
        first, told = self._attempt(self._keeping, case)
        if isinstance(first, BaseException):
            return told
        again, more = self._attempt(self._keeping, case)
        return [*told, *more, *self._differences(case, first, again)]

    def _differences(self, case: Case, first: Any, again: Any) -> list[str]:
        """Compare what was read of an answer with what is read of it later."""
        what = "what is kept is read otherwise"
        if isinstance(first, pd.DataFrame) and isinstance(again, pd.DataFrame):
            # A ledger says what is kept, and the doctor how full the disk is by now.
            if case.recorded.name in ("many", "doctor"):
                return []
            try:
                pd.testing.assert_frame_equal(first, again)
            except AssertionError as error:
                return [_told(case, f"{what}: {error}")]
        # What is never kept was asked for again, on a machine that is busy.
        elif type(first) is not type(again) and not isinstance(again, sf.TransportError):
            return [_told(case, f"{what}: {again!r}"[:300])]
        return []

    def _attempt(self, ws: sf.Workspace, case: Case) -> tuple[Any, list[str]]:
        started = time.process_time()
        secrets = [KEY, PASSWORD, TOKEN, TOKEN.split(".")[1]]
        secrets += [PERSON] if "email" in case.where[1] else []
        result: Any
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", sf.errors.SyneriseWarning)
            warnings.simplefilter("ignore", ResourceWarning)
            try:
                result = case.recorded.call(ws, self._ids)
                told, trace = problems_of(result, secrets, graft=case.how == "grafted"), ""
            except Exception as error:  # noqa: BLE001 - what comes is what is judged
                result = error
                told, trace = problems_of_error(error, secrets), traceback.format_exc()[-1500:]
        self.tally.ends[type(result).__name__] += 1
        took = time.process_time() - started
        if took > SLOW:
            told = [*told, f"it took {took:.0f} s of work"]
        if isinstance(result, sf.AuthError):
            # A refused token rests for a while.
            ws.context.api._auth._renewals.clear()
        return result, [_told(case, problem, trace) for problem in told]


def _told(case: Case, problem: str, trace: str = "") -> str:
    """Tell all that is needed to look at a finding; what it is comes first, up to a colon."""
    method, path = case.where
    head = f"{problem}\n    {case.recorded.name}, {case.how}, answer to {method} {path}"
    return f"{head}\n    {case.said.raw[:1000]!r}\n{trace}"
