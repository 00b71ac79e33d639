"""What the doctor checks, says and records."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from synerise_frames.doctor import (
    diagnose,
    diagnosis_text,
    finding_text,
    probe_text,
    record_shapes,
)
from synerise_frames.doctor.machine import check_folder, check_zone
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook, Route
from synerise_frames.wire.permissions import all_permissions
from synerise_frames.wire.probe import Finding

CHECKS = ["login", "permissions", "clock", "zone", "cache folder", "paths"]


def rows(frame: pd.DataFrame) -> dict[str, pd.Series]:
    assert frame["check"].tolist() == CHECKS
    assert set(frame.dtypes.astype(str)) == {"string"}
    assert not frame.isna().to_numpy().any()
    assert frame["status"].isin(["ok", "warning", "failed", "skipped"]).all()
    return {str(row["check"]): row for _, row in frame.iterrows()}


def answering(status: int, payload: Any) -> Callable[..., Any]:
    """Answer the permission check, and hand on the rest."""
    reply = (status, "application/json", json.dumps(payload).encode())
    return lambda method, path, body: reply if path.endswith("/permission-check") else None


def granted(*missing: str, name: str = "My shop") -> dict[str, Any]:
    flags = {one: one not in missing for one in all_permissions()}
    return {"businessProfileName": name, "permissions": flags}


def private(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    folder.chmod(0o700)
    return folder


def test_all_is_well(start: Callable[..., Any], tmp_path: Path) -> None:
    server = start(answer=answering(200, granted()))
    found = rows(diagnose(server.context(tz="Europe/Warsaw"), private(tmp_path / "kept")))
    assert [found[name]["status"] for name in CHECKS] == [*["ok"] * 5, "warning"]
    assert server.url in found["login"]["detail"]
    assert "'My shop'" in found["login"]["detail"]
    assert "the token is renewed in 59 min" in found["login"]["detail"]
    assert (
        found["permissions"]["detail"]
        == f"{len(all_permissions())} of {len(all_permissions())} granted"
    )
    assert re.search(r"Europe/Warsaw, today UTC\+0[12]:00", found["zone"]["detail"])
    assert not any(
        "eyJ" in str(cell) or server.key in str(cell) for row in found.values() for cell in row
    )


def test_missing_permissions_are_named_with_what_needs_them(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    missing = ("ANALYTICS_BACKEND_TREND_READ", "METRICS_RECOMMENDATIONS_READ")
    server = start(answer=answering(200, granted(*missing)))
    row = rows(diagnose(server.context(), tmp_path))["permissions"]
    assert row["status"] == "warning"
    assert f"{len(all_permissions()) - 2} of" in row["detail"]
    assert all(name in row["detail"] for name in missing)
    assert "trends.calculate" in row["detail"]
    many = rows(
        diagnose(start(answer=answering(200, granted(*all_permissions()))).context(), tmp_path)
    )
    assert f"and {len(all_permissions()) - 4} more" in many["permissions"]["detail"]


def test_one_failure_hides_no_other_check(start: Callable[..., Any], tmp_path: Path) -> None:
    server = start(answer=answering(403, {"status": 403, "message": "no"}))
    found = rows(diagnose(server.context(tz="UTC"), tmp_path))
    assert found["login"]["status"] == found["permissions"]["status"] == "failed"
    assert found["login"]["hint"]
    assert found["clock"]["status"] == "ok"
    assert found["zone"]["status"] == "ok"


@pytest.mark.parametrize("payload", [{}, [], None, {"permissions": []}])
def test_an_answer_without_permissions_is_told(
    start: Callable[..., Any], tmp_path: Path, payload: Any
) -> None:
    found = rows(diagnose(start(answer=answering(200, payload)).context(), tmp_path))
    assert found["permissions"]["status"] == "failed"
    assert found["login"]["status"] == "ok"


def test_no_server_at_all(start: Callable[..., Any], tmp_path: Path) -> None:
    server = start()
    server.url = "http://127.0.0.1:9"
    found = rows(diagnose(server.context(), private(tmp_path / "kept")))
    assert found["login"]["status"] == "failed"
    assert found["login"]["hint"]
    assert found["permissions"]["status"] == found["clock"]["status"] == "skipped"
    assert found["cache folder"]["status"] == "ok"


def test_a_wrong_key(start: Callable[..., Any], tmp_path: Path) -> None:
    server = start()
    server.key = "certainly-not-the-key"
    found = rows(diagnose(server.context(), tmp_path))
    assert found["login"]["status"] == "failed"
    assert "certainly" not in "".join(map(str, found["login"]))


@pytest.mark.parametrize(
    ("header", "status", "word"),
    [
        (30, "ok", "behind"),
        (-30, "ok", "ahead"),
        (90, "warning", "behind"),
        (-4000, "warning", "ahead"),
    ],
)
def test_the_clock(
    start: Callable[..., Any], tmp_path: Path, header: int, status: str, word: str
) -> None:
    server = start(answer=answering(200, granted()))
    began = time.time()
    server.date = formatdate(began + header, usegmt=True)
    row = rows(diagnose(server.context(), tmp_path))["clock"]
    passed = time.time() - began
    assert (row["status"], word in row["detail"]) == (status, True)
    told = int(re.search(r"\d+", row["detail"])[0])  # type: ignore[index]
    assert abs(told - abs(header)) <= 2 + passed


@pytest.mark.parametrize("header", ["yesterday", ""])
def test_a_server_without_a_clock(start: Callable[..., Any], tmp_path: Path, header: str) -> None:
    server = start(answer=answering(200, granted()))
    server.date = header
    assert rows(diagnose(server.context(), tmp_path))["clock"]["status"] == "skipped"


def test_zones() -> None:
    assert check_zone("Europe/Warsaw", None).status == "ok"
    assert check_zone("Europe/Warsaw", "Europe/Warsaw").status == "ok"
    other = check_zone("Europe/Warsaw", "America/New_York")
    assert (other.status, "SYNERISE_TZ=America/New_York" in other.hint) == ("warning", True)
    assert check_zone(None, None).status == "warning"
    assert "SYNERISE_TZ=Asia/Tokyo" in check_zone(None, "Asia/Tokyo").hint
    assert "UTC+05:30" in check_zone("Asia/Kolkata", None).detail


def test_folders(tmp_path: Path) -> None:
    folder = private(tmp_path / "own")
    assert check_folder(folder).status == "ok"
    assert [*folder.iterdir()] == []
    assert check_folder(folder / "a" / "b").status == "ok"
    assert not (folder / "a").exists()
    file = folder / "file"
    file.write_text("x")
    for wrong in (file, file / "below"):
        row = check_folder(wrong)
        assert (row.status, bool(row.hint)) == ("failed", True)


@pytest.mark.skipif(os.name != "posix", reason="modes of POSIX")
def test_a_folder_that_others_can_read(tmp_path: Path) -> None:
    folder = private(tmp_path / "own")
    folder.chmod(0o755)
    row = check_folder(folder)
    assert (row.status, row.hint) == ("warning", f"chmod 700 {folder}")


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="a folder that nobody can write to")
def test_a_folder_that_cannot_be_written() -> None:
    assert check_folder(Path("/proc/self")).status == "failed"


def test_the_text_ends_with_the_next_step(start: Callable[..., Any], tmp_path: Path) -> None:
    context = start(answer=answering(200, granted())).context()
    text = diagnosis_text(diagnose(context, tmp_path), context.api.paths)
    assert max(map(len, text.splitlines())) <= 100
    assert all(name in text for name in CHECKS)
    verified = sum(op.verified for op in OPERATIONS.values())
    end = " ".join(text.split("\n\n")[-1].split())
    assert end.startswith(f"{verified} of 92 operations verified; to verify the others:")
    assert "openapi import FILE" in end
    assert "doctor --probe" in end
    every = PathBook({key: f"{op.method} {op.path}" for key, op in OPERATIONS.items()})
    assert diagnosis_text(diagnose(context, tmp_path), every).endswith(
        "92 of 92 operations verified.\n"
    )


def test_the_text_of_a_probe() -> None:
    route = Route("POST", "/analytics/analytics/v5/trends/preview", "probe")
    findings = [
        Finding("trends.preview", "found", route, 9, "the answer has all 4 printed keys"),
        Finding(
            "funnels.preview", "possible", Route("POST", "/x/preview", "guess"), 80, "it refuses"
        ),
        Finding("aggregates.card", "skipped", None, 0, "give the identifier of a profile"),
        Finding("expressions.card", "skipped", None, 0, "give the identifier of a profile"),
    ]
    text = probe_text(findings, PathBook())
    assert "4 operations probed, 89 requests: 1 found, 1 possible, 2 skipped." in text
    assert "paths={'funnels.preview': 'POST /x/preview'}" in text
    assert "give the identifier of a profile (2 operations)" in text
    verified = sum(op.verified for op in OPERATIONS.values())
    assert f"{verified + 1} of 92 operations verified" in text
    assert f"{verified} of 92" in probe_text(findings, PathBook(), saved=False)
    for one in findings:
        shown = finding_text(one)
        assert one.key in shown
        assert one.note.split()[0] in shown
        assert max(map(len, shown.splitlines())) <= 100


def test_shapes_hold_no_value(start: Callable[..., Any]) -> None:
    server = start()
    ids = {"trends": server.ids("trends")}
    # A warning about an unverified path would be an error here.
    recorded = record_shapes(server.context(), ids, ("id", "1"), rate=10_000)
    asked = {op.key for op in OPERATIONS.values() if op.reads and "workspace" in op.consumers}
    assert set(recorded["operations"]) == asked
    assert recorded["operations"]["trends.calculate"]["path"] == (
        f"POST {OPERATIONS['trends.calculate'].path}"
    )
    answered = {key for key, row in recorded["operations"].items() if "shape" in row}
    assert {key for key in asked if key.endswith((".get", ".list", ".calculate"))} - answered <= {
        "directories.list"
    }
    text = json.dumps(recorded)
    secret = [one for known in server.sandbox.definitions.values() for one in known]
    secret += [server.url, "127.0.0.1", server.key, "Baskets per day", "example.com", "eyJ"]
    assert not [one for one in secret if one in text]
    assert not any(OPERATIONS[key].writes for key in server.reached if key in OPERATIONS)


def test_shapes_of_failures_are_their_names(start: Callable[..., Any]) -> None:
    server = start()
    server.answer = lambda method, path, body: (
        (200, "text/html", b"<html>")
        if path.endswith("/funnels/preview")
        else (500, "text/html", b"secret")
        if path.endswith("/trends/preview")
        else None
    )
    recorded = record_shapes(server.context(), {"trends": server.ids("trends")}, rate=10_000)
    rows = recorded["operations"]
    assert (rows["funnels.preview"]["error"], rows["funnels.preview"]["status"]) == (
        "ShapeError",
        200,
    )
    assert (rows["trends.preview"]["error"], rows["trends.preview"]["status"]) == (
        "ServerError",
        500,
    )
    # Without a profile there is nothing to ask for one.
    assert "aggregates.calculate" not in rows
    assert "secret" not in json.dumps(recorded)
