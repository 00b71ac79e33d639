"""One generated answer after the other: drawn by its number, given to a client, judged."""

from __future__ import annotations

import faulthandler
import json
import re
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
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
    status_of,
    text_of,
)
from tests.hardening.oracle import TZ, problems_of, problems_of_error
from tests.hardening.server import TOKEN, RawServer, Seen, Wire, wire

PATIENCE = sf.RetryPolicy(
    attempts=2, backoff=0, max_wait=0.01, connect_timeout=2, read_timeout=0.15, deadline=1
)
#: Seconds of work for one call, beyond which it counts as hanging; a minute of waiting does too.
SLOW = 6.0


@dataclass(frozen=True)
class Case:
    """One generated answer: to which call, and what is answered where."""

    number: int
    recorded: Recorded
    how: str
    where: tuple[str, str]
    said: Wire


@dataclass(frozen=True)
class Finding:
    """What is wrong with how a call ended."""

    case: Case
    problem: str
    trace: str = ""

    def __str__(self) -> str:
        case = self.case
        head = f"#{case.number} {case.recorded.name}, {case.how}: {self.problem}"
        return f"{head}\n    {case.said.raw[:400]!r}\n{self.trace}"


@dataclass
class Tally:
    """How calls ended, so that a run in which nothing is read is noticed."""

    ends: Counter[str] = field(default_factory=Counter)
    hows: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)


def draw(recorded: list[Recorded], seed: int, number: int) -> Case:
    """Draw a case: the same seed and number give the same one."""
    random = Random(f"{seed}-{number}")
    one = recorded[number % len(recorded)]
    where = random.choice([*one.answers])
    answer = one.answers[where]
    # A definition is asked for what is in it, and nothing of it is in the frame.
    asks = where[0] == "GET" and re.search("/trends/|/sankeys/", where[1])
    keeps_all = not asks and "/uauth/" not in where[1]
    how, said = _said(random, answer, "csv" in where[1], keeps_all)
    return Case(number, one, how, where, said)


def _said(random: Random, answer: Response, is_csv: bool, keeps_all: bool) -> tuple[str, Wire]:
    kind = random.random()
    if kind < 0.12:
        body = _dumps(refusal(random, [KEY, PERSON, TOKEN])).encode("utf-8", "surrogatepass")
        return "refused", as_sent(random, body, status_of(random) if kind < 0.02 else 400)
    if is_csv:
        return "csv", as_sent(random, bytes_of(random, _csv(random, answer)), status_of(random))
    payload = json.loads(answer.content or b"null")
    if kind < 0.22 and keeps_all:
        graft = grafted(random, payload)
        if graft is not None:
            return "grafted", wire(json.dumps(graft).encode())
    if kind < 0.65:
        return "changed", wire(_dumps(changed(random, payload)).encode("utf-8", "surrogatepass"))
    if kind < 0.75:
        return "any JSON", wire(_dumps(anything(random, 5)).encode("utf-8", "surrogatepass"))
    changes = changed(random, payload) if random.random() < 0.4 else payload
    body = bytes_of(random, text_of(random, changes))
    return "on the wire", as_sent(random, body, status_of(random))


def _csv(random: Random, answer: Response) -> str:
    rows = answer.content.decode().splitlines()
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

    def run(self, seed: int, numbers: Iterator[int] | range) -> Tally:
        for number in numbers:
            # A hang is killed with the stacks of all threads, and its number is known.
            faulthandler.dump_traceback_later(60, exit=True)
            self.one(draw(self._recorded, seed, number))
        faulthandler.cancel_dump_traceback_later()
        return self.tally

    def one(self, case: Case) -> None:
        self._case = case
        self.tally.hows[case.how] += 1
        keeps = case.number % 5 == 0 and "login" not in case.recorded.name
        if keeps:
            self._keeping.cache.clear()
        ws = self._keeping if keeps else self._plain
        first = self._attempt(ws, case)
        if not keeps or isinstance(first, BaseException):
            return
        again = self._attempt(ws, case)
        if isinstance(again, sf.TransportError):
            return  # what is never kept was asked for again, on a machine that is busy
        if isinstance(first, pd.DataFrame) and isinstance(again, pd.DataFrame):
            try:
                pd.testing.assert_frame_equal(first, again)
            except AssertionError as error:
                # A ledger says what is kept, and the doctor how full the disk is by now.
                if case.recorded.name not in ("many", "doctor"):
                    self._note(case, f"what is kept is read otherwise: {error}")
        elif type(first) is not type(again):
            self._note(case, f"what is kept is read otherwise: {again!r}"[:300])

    def _attempt(self, ws: sf.Workspace, case: Case) -> Any:
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
                self.tally.ends[type(result).__name__] += 1
            except Exception as error:  # noqa: BLE001 - what comes is what is judged
                result = error
                told, trace = problems_of_error(error, secrets), traceback.format_exc()[-1500:]
                self.tally.ends[type(error).__name__] += 1
        took = time.process_time() - started
        if took > SLOW:
            told = [*told, f"it took {took:.0f} s of work"]
        for problem in told:
            self._note(case, problem, trace)
        if isinstance(result, sf.AuthError):
            # A refused token rests for a while.
            ws.context.api._auth._renewals.clear()
        return result

    def _note(self, case: Case, problem: str, trace: str = "") -> None:
        self.tally.findings.append(Finding(case, problem, trace))
