"""Probing a real server that has other paths than the library thinks."""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook
from synerise_frames.wire.probe import Finding, candidates, probe_all, unverified, usable_routes

FAST = 10_000.0
GUESSED = unverified(PathBook())
KEYS = [op.key for op in GUESSED]
PROFILE = ("id", "1")
OVERRIDES = [op.key for op in GUESSED if "filter" in op.body]
AWAY = {
    op.key: f"POST /elsewhere{op.path.replace('recalculate', 'run').replace('preview', 'try')}"
    for op in GUESSED
}


def probed(server: Any, **more: Any) -> dict[str, Finding]:
    arguments = {"ids": {"trends": server.ids("trends")}, "profile": PROFILE, "rate": FAST}
    found = probe_all(server.api(), **{**arguments, **more})
    return {one.key: one for one in found}


def assert_only_read(server: Any) -> None:
    assert {method for method, _ in server.seen} <= {"GET", "POST"}
    effects = {OPERATIONS[key].effect for key in server.reached if key in OPERATIONS}
    assert effects <= {"read", "calculate", "login"}
    assert not any(OPERATIONS[key].writes for key in server.reached if key in OPERATIONS)


def test_guesses_that_are_right_are_confirmed(start: Callable[..., Any]) -> None:
    server = start()
    findings = probed(server)
    assert [*findings] == KEYS
    assert {one.status for one in findings.values()} == {"confirmed"}, findings
    for op in GUESSED:
        route = findings[op.key].route
        assert route is not None
        assert (str(route), route.source) == (f"{op.method} {op.path}", "probe")
    assert_only_read(server)
    # Definitions are looked up, then each operation is asked, and once more a made-up path.
    assert len(server.seen) <= 80


MOVES: dict[str, str] = {
    **{f"{f}.preview": f"POST /analytics/analytics/v5/{f}/calculate/preview"
       for f in ("trends", "histograms", "funnels", "metrics", "sankeys", "segmentations")},
    **{key: "POST /analytics/analytics/v5/{f}/{{{i}Id}}/calculate-with-override".format(
        f=key.split(".")[0], i=key.split(".")[0][:-1]) for key in OVERRIDES},
    "metrics.calculate_dynamic": "POST /analytics/analytics/v5/metrics/{metricId}/calculate",
    "segmentations.calculate":
        "POST /analytics/analytics/v1/segmentations/recalculate/{segmentationId}",
    "reports.preview": "POST /analytics/{namespace}/reports/preview/calculate",
    "reports.preview_csv": "POST /analytics/{namespace}/reports/calculate/preview/csv",
    "segmentations.profiles": "POST /analytics/analytics/v5/segmentations/profiles/preview",
    "aggregates.preview": "POST /analytics/{namespace}/aggregates/calculate/by/{identifierType}",
    "expressions.preview":
        "POST /analytics/analytics/v5/expressions/preview/calculate/by/{identifierType}",
    "aggregates.card": "POST /analytics/{namespace}/aggregates/card/by/{identifierType}",
    "expressions.card": "POST /analytics/{namespace}/expressions/by/{identifierType}/profile-card",
    "segmentations.card": "POST /analytics/{namespace}/segmentations/card/by/{identifierType}",
    "segmentations.check":
        "POST /analytics/{namespace}/segmentations/check-profile/by/{identifierType}",
    "segmentations.first_match":
        "POST /analytics/analytics/v5/segmentations/match/first/by/{identifierType}",
}  # fmt: skip


def assert_all_found(findings: Mapping[str, Finding], moved: Mapping[str, str]) -> None:
    assert {key: (one.status, str(one.route)) for key, one in findings.items()} == {
        key: ("found", route) for key, route in moved.items()
    }


def test_every_calculation_is_found_on_other_plausible_paths(start: Callable[..., Any]) -> None:
    assert set(MOVES) == set(KEYS)
    server = start(moved=MOVES)
    findings = probed(server)
    assert_all_found(findings, {key: MOVES[key] for key in KEYS})
    assert_only_read(server)
    routes = usable_routes(findings.values())
    with server.workspace(paths={key: str(route) for key, route in routes.items()}) as ws:
        trend = server.ids("trends")[0]
        assert len(ws.trends.calculate(trend, dates=sf.last(3, "days"), interval="1D")) >= 3
        assert len(ws.aggregates.card(1))


@pytest.mark.parametrize("seed", range(2))
def test_every_candidate_is_found_where_it_is_right(start: Callable[..., Any], seed: int) -> None:
    chance = random.Random(seed)
    moved: dict[str, str] = {}
    for op in GUESSED:
        # One path is one operation: two of them on the same would be no workspace.
        free = [str(r) for r in candidates(op) if str(r) not in moved.values()]
        # An override reads what a dynamic calculation does, and the demo's card is empty:
        # without their own word in the path these two stay open.
        own = {"metrics.calculate_dynamic": "dynamic", "segmentations.card": "card"}
        free = [route for route in free if own.get(op.key, "") in route]
        moved[op.key] = chance.choice(free)
    server = start(moved=moved)
    assert_all_found(probed(server), moved)
    assert_only_read(server)


def test_what_is_nowhere_is_not_found_and_the_known_ones_stay(start: Callable[..., Any]) -> None:
    server = start(moved=AWAY)
    findings = probed(server)
    assert {one.status for one in findings.values()} == {"not found"}
    assert all(one.route is None and 40 <= one.tried <= 82 for one in findings.values())
    assert usable_routes(findings.values()) == {}
    assert_only_read(server)
    with server.workspace() as ws:
        spend = ws.aggregates.find("Spend")
        assert len(ws.aggregates.calculate(spend, 1)) == 1
        assert len(ws.metrics.calculate(ws.metrics.find("Buyers"))) == 1


EVERYTHING = {key: [] for op in GUESSED for key in op.printed}
ANSWERS: dict[str, tuple[int, str, bytes]] = {
    "empty object": (200, "application/json", b"{}"),
    "error body": (
        200,
        "application/json",
        json.dumps(
            {"timestamp": "t", "status": 200, "error": "e", "message": "m", "path": "/"}
        ).encode(),
    ),
    "error body with all keys": (
        200,
        "application/json",
        json.dumps(
            {**EVERYTHING, "timestamp": "t", "status": 200, "error": "e", "message": "m"}
        ).encode(),
    ),
    "html": (200, "text/html", b"<!doctype html><html><title>Login</title></html>"),
    "html as json": (200, "application/json", b"<html></html>"),
    "empty list": (200, "application/json", b"[]"),
    "list of objects": (200, "application/json", b'[{"id": "x", "name": "y", "result": 1}]'),
    "all keys for all": (200, "application/json", json.dumps(EVERYTHING).encode()),
    "a page": (200, "application/json", b'{"data": [], "meta": {}}'),
    "null": (200, "application/json", b"null"),
    "nothing": (204, "application/json", b""),
    "text": (200, "text/plain", b"ok"),
    "csv": (200, "text/csv", b"a,b\n1,2\n"),
    "lists of lists": (200, "application/json", b'[[{"id": 1}], []]'),
    "moved": (302, "text/html", b""),
    "failure": (500, "application/json", b"{}"),
    "too large": (413, "application/json", b"{}"),
    "deep": (200, "application/json", b"[" * 100_000),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_server_that_answers_all_alike_proves_nothing(
    start: Callable[..., Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A dozen candidates show it as well as all of them.
    monkeypatch.setattr(sys.modules["synerise_frames.wire.probe.candidates"], "MOST", 12)
    server = start(moved=AWAY)
    server.answer = lambda method, path, body: None if server.find(method, path) else ANSWERS[name]
    keys = ["trends.calculate", "reports.preview", "reports.preview_csv", "segmentations.check",
            "segmentations.first_match", "segmentations.profiles", "aggregates.card"]  # fmt: skip
    findings = probed(server, keys=keys)
    assert [*findings] == keys
    assert {one.status for one in findings.values()} <= {"not found", "possible"}, findings
    assert usable_routes(findings.values()) == {}


@pytest.mark.parametrize("lost", OPERATIONS["trends.calculate"].printed)
def test_all_printed_keys_are_needed(start: Callable[..., Any], lost: str) -> None:
    op = OPERATIONS["trends.calculate"]
    payload = {key: [] for key in op.printed if key != lost}

    def answer(method: str, path: str, body: bytes) -> Any:
        right = path.endswith("/recalculate-with-override") and "/v3/trends/" in path
        return (200, "application/json", json.dumps(payload).encode()) if right else None

    server = start(moved=AWAY, answer=answer)
    assert probed(server, keys=[op.key])[op.key].status == "not found"
    payload[lost] = []
    assert probed(server, keys=[op.key])[op.key].status == "confirmed"


def test_a_plain_recalculation_is_not_taken_for_one_with_overrides(
    start: Callable[..., Any],
) -> None:
    op = OPERATIONS["trends.calculate"]
    payload = json.dumps({key: [] for key in op.printed}).encode()
    strict = False

    def answer(method: str, path: str, body: bytes) -> Any:
        if not path.endswith("/recalculate") or "/v2/trends/" not in path:
            return None
        if strict and json.loads(body) != {"variables": []}:
            return 400, "application/json", b"{}"
        return 200, "application/json", payload

    server = start(moved=AWAY, answer=answer)
    finding = probed(server, keys=[op.key])[op.key]
    assert finding.status == "possible"
    assert "plain" in finding.note
    assert str(finding.route) == "POST /analytics/analytics/v2/trends/{trendId}/recalculate"
    strict = True
    assert probed(server, keys=[op.key])[op.key].status == "found"


def refusal(status: int, **more: Any) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps({"status": status, **more}).encode()


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        (refusal(400, errors=[{"field": "analysis.title", "message": "is null"}]), "possible"),
        (refusal(422, message="variables: unknown name"), "not found"),
        (refusal(400, message="Field analysis is wrong"), "possible"),
        (refusal(400, errors=[{"field": "trendId", "message": "no UUID"}]), "not found"),
        (refusal(400, errors="no list", message=None), "not found"),
        ((400, "text/html", b"<html>analysis</html>"), "not found"),
        (refusal(404, message="analysis"), "not found"),
    ],
)  # fmt: skip
def test_a_refusal_of_the_body_says_that_something_is_there(
    start: Callable[..., Any], reply: Any, status: str
) -> None:
    server = start(
        moved=AWAY,
        answer=lambda method, path, body: reply if path.endswith("v5/trends/preview") else None,
    )
    finding = probed(server, keys=["trends.preview"])["trends.preview"]
    assert finding.status == status
    assert not finding.usable


FORBIDDEN = (403, "application/json", b'{"status": 403, "message": "no"}')


@pytest.mark.parametrize("told", [True, None])
def test_a_missing_permission_is_named(start: Callable[..., Any], told: bool | None) -> None:
    server = start()
    check = json.dumps({"permissions": {"ANALYTICS_BACKEND_TREND_READ": told}}).encode()

    def answer(method: str, path: str, body: bytes) -> Any:
        if path.endswith("/permission-check"):
            return 200, "application/json", check
        return FORBIDDEN if (server.find(method, path) or [""])[0] == "trends.calculate" else None

    server.answer = answer
    findings = probed(server, keys=["trends.calculate", "funnels.calculate"])
    finding = findings["trends.calculate"]
    assert finding.status == "denied"
    assert str(finding.route) == f"POST {OPERATIONS['trends.calculate'].path}"
    assert "ANALYTICS_BACKEND_TREND_READ" in finding.note
    # Where the key is said to have the permission, the search goes on.
    assert (finding.tried < 5) is (told is None)
    assert ("although" in finding.note) is (told is True)
    assert findings["funnels.calculate"].status == "confirmed"


def test_a_key_without_the_permission_is_not_asked(start: Callable[..., Any]) -> None:
    told = {"businessProfileName": "x", "permissions": {"ANALYTICS_BACKEND_TREND_READ": False}}
    server = start(
        answer=lambda method, path, body: (
            (200, "application/json", json.dumps(told).encode())
            if path.endswith("/permission-check")
            else None
        )
    )
    findings = probed(server, keys=["trends.calculate", "funnels.calculate"])
    assert (findings["trends.calculate"].status, findings["trends.calculate"].tried) == (
        "denied",
        0,
    )
    assert "ANALYTICS_BACKEND_TREND_READ" in findings["trends.calculate"].note
    assert findings["funnels.calculate"].status == "confirmed"
    assert "trends.calculate" not in server.reached


def test_a_gateway_that_forbids_all_it_does_not_know_hides_nothing(
    start: Callable[..., Any],
) -> None:
    server = start(moved=MOVES)
    server.answer = lambda method, path, body: None if server.find(method, path) else FORBIDDEN
    assert probed(server, keys=["funnels.calculate"])["funnels.calculate"].status == "found"


def test_refused_credentials_end_it(start: Callable[..., Any]) -> None:
    server = start()
    server.answer = lambda method, path, body: (
        (401, "application/json", b"{}") if "recalculate" in path else None
    )
    finding = probed(server, keys=["funnels.calculate"])["funnels.calculate"]
    assert (finding.status, finding.tried) == ("denied", 1)
    server.answer = lambda method, path, body: (401, "application/json", b"{}")
    with pytest.raises(sf.errors.AuthError):
        probed(server, keys=["funnels.calculate"])


def test_a_wrong_id_is_not_a_wrong_path(start: Callable[..., Any]) -> None:
    server = start()
    keys = ["trends.calculate", "trends.preview"]
    nobody = "00000000-0000-4000-8000-000000000000"
    findings = probed(server, keys=keys, ids={"trends": [nobody]})
    assert {one.status for one in findings.values()} == {"skipped"}
    assert "ids" in findings["trends.calculate"].note
    assert not any("recalculate" in path for _, path in server.seen)
    # Of several, the one that exists is taken.
    mixed = [nobody, server.ids("trends")[0]]
    findings = probed(server, keys=keys, ids={"trends": mixed})
    assert {one.status for one in findings.values()} == {"confirmed"}


def test_what_there_is_nothing_to_ask_with_is_skipped(start: Callable[..., Any]) -> None:
    server = start()
    findings = probed(server, ids=None, profile=None)
    skipped = {key for key, one in findings.items() if one.status == "skipped"}
    by_profile = {op.key for op in GUESSED if "identifierType" in op.path_parameters}
    assert skipped == by_profile | {"trends.calculate", "trends.preview"}
    assert "no list of trends" in findings["trends.calculate"].note
    assert "profile" in findings["aggregates.card"].note
    assert all(findings[key].tried == 0 for key in skipped)


def test_a_wrong_profile_is_not_a_wrong_path(start: Callable[..., Any]) -> None:
    server = start()
    findings = probed(server, keys=["aggregates.card"], profile=("id", "99999999"))
    assert findings["aggregates.card"].status == "skipped"
    assert "no profile" in findings["aggregates.card"].note
    assert "99999999" not in findings["aggregates.card"].note
    assert not any("card" in path for _, path in server.seen)


def test_what_writes_is_never_sent(start: Callable[..., Any]) -> None:
    server = start()
    keys = [op.key for op in OPERATIONS.values() if not op.reads]
    findings = probed(server, keys=keys)
    assert {(one.status, one.tried) for one in findings.values()} == {("skipped", 0)}
    assert_only_read(server)


def test_a_path_of_the_user_that_would_write_is_not_sent(start: Callable[..., Any]) -> None:
    server = start(moved=AWAY)
    api = server.api(paths={"trends.preview": "POST /analytics/{namespace}/trends"})
    [finding] = probe_all(
        api, ids={"trends": server.ids("trends")}, keys=["trends.preview"], rate=FAST
    )
    assert finding.status == "not found"
    assert "trends.create" not in server.reached
    assert_only_read(server)


def test_what_is_verified_is_left_alone(start: Callable[..., Any]) -> None:
    server = start()
    paths = {op.key: f"{op.method} {op.path}" for op in GUESSED}
    assert probe_all(server.api(paths=paths), rate=FAST) == []
    assert server.seen == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"keys": ["trends.calculat"]},
        {"ids": {"trend": ["x"]}},
        {"profile": ("phone", "1")},
        {"rate": 0.0},
    ],
)
def test_wrong_arguments_are_told(start: Callable[..., Any], wrong: Any) -> None:
    server = start()
    with pytest.raises(sf.ConfigError) as caught:
        probed(server, **wrong)
    assert caught.value.hint
    assert server.seen == []


def test_a_busy_server_is_asked_again_later(start: Callable[..., Any]) -> None:
    busy = Counter[str]()

    def answer(method: str, path: str, body: bytes) -> Any:
        busy[path] += "recalculate" in path
        # The first question of each path is too early.
        return (429, "application/json", b"{}") if busy[path] == 1 else None

    server = start(answer=answer)
    server.headers["Retry-After"] = "0.01"
    finding = probed(server, keys=["funnels.calculate"])["funnels.calculate"]
    assert finding.status == "confirmed"
    server.answer = lambda method, path, body: (
        (429, "application/json", b"{}") if "recalculate" in path else None
    )
    finding = probed(server, keys=["funnels.calculate"])["funnels.calculate"]
    assert finding.status == "skipped"
    assert finding.tried <= 10


def test_a_server_that_stops_answering_is_left(start: Callable[..., Any]) -> None:
    server = start(
        answer=lambda method, path, body: (0, "", b"") if "/funnels/" in path and body else None
    )
    finding = probed(server, keys=["funnels.calculate"])["funnels.calculate"]
    assert (finding.status, finding.tried) == ("skipped", 2)


def test_findings_come_as_they_are_made(start: Callable[..., Any]) -> None:
    server = start()
    told: list[Finding] = []
    findings = probed(server, keys=["funnels.preview", "funnels.calculate"], on_finding=told.append)
    assert {one.key for one in told} == {*findings}
    assert [*findings] == ["funnels.preview", "funnels.calculate"]


def test_nothing_of_an_answer_is_told(
    start: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    server = start(moved=MOVES)
    with caplog.at_level("DEBUG", logger="synerise_frames"):
        findings = probed(server)
    told = repr(findings) + caplog.text
    ids = [one for known in server.sandbox.definitions.values() for one in known]
    assert not any(one in told for one in [*ids, server.key, "Baskets", "household"])
