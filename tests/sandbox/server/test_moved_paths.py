"""A server whose paths are not those of the registry."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from synerise_frames.errors import ConfigError
from synerise_frames.sandbox import boot
from synerise_frames.sandbox.launch import launch
from synerise_frames.sandbox.options import Options
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import parse_route

NOBODY = "00000000-0000-0000-0000-000000000000"

# Every path that is not sure, elsewhere; some by another method.
MOVED = {
    key: f"{'POST' if op.method == 'PUT' else op.method} "
    + op.path.replace("/v3/", "/v5/").replace("/by/", "/for/")
    + "/elsewhere"
    for key, op in OPERATIONS.items()
    if not op.verified
} | {"trends.calculate": "POST /analytics/analytics/v5/trends/{trendId}/run"}


def at(key: str, **path: str) -> tuple[str, str]:
    route = parse_route(key, MOVED[key])
    values = dict.fromkeys(OPERATIONS[key].path_parameters, NOBODY)
    return route.method, route.path.format(**{**values, "namespace": "profiles", **path})


def test_all_unverified_operations_can_be_anywhere(
    session: requests.Session, connected: Any
) -> None:
    assert len(MOVED) > 40
    with launch(paths=MOVED) as running:
        api = connected(running)
        headers = {"Authorization": f"Bearer {api.token}"}
        for key in MOVED:
            method, path = at(key)
            answer = session.request(method, api.url + path, headers=headers, timeout=180)
            # Not "no such path": the operation itself answers.
            assert "path" not in answer.json()["message"], (key, answer.text)
            old = api.send(key, **dict.fromkeys(OPERATIONS[key].path_parameters, NOBODY))
            assert old.status_code in (404, 405), key
        method, path = at("trends.calculate", trendId=api.first("trend"))
        answer = session.request(
            method, api.url + path, json={"variables": []}, headers=headers, timeout=180
        )
        assert set(answer.json()) == set(OPERATIONS["trends.calculate"].printed)
        # What was not moved is where it was.
        assert api.send("metrics.list").ok


def test_paths_of_an_openapi_document(
    tmp_path: Path, session: requests.Session, connected: Any
) -> None:
    moved = {"trends.preview": "/analytics/v9/trends/try", "metrics.list": "/analytics/v9/metrics"}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Elsewhere", "version": "1"},
        "paths": {
            path: {
                OPERATIONS[key].method.lower(): {
                    "tags": [OPERATIONS[key].tag],
                    "summary": OPERATIONS[key].summary,
                    "responses": {"200": {"description": "fine"}},
                }
            }
            for key, path in moved.items()
        },
    }
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document))
    with launch(openapi=file, paths={"metrics.list": "/mine"}) as running:
        api = connected(running)
        headers = {"Authorization": f"Bearer {api.token}"}
        for path, status in (
            ("/mine", 200),  # What is said by hand wins.
            ("/analytics/v9/metrics", 405),  # There is a POST for any namespace.
            ("/analytics/profiles/trends/preview", 404),
        ):
            answer = session.get(api.url + path, headers=headers, timeout=180)
            assert answer.status_code == status, path
        body = {"analysis": api.analysis("trend")}
        url = api.url + moved["trends.preview"]
        assert session.post(url, json=body, headers=headers, timeout=180).ok
        assert api.send("trends.preview", body).status_code == 404


@pytest.mark.parametrize(
    ("paths", "told"),
    [
        ({"trends.calculat": "/x/{trendId}"}, "no operation"),
        ({"trends.calculate": "x"}, "no path"),
        ({"trends.calculate": 7}, "no path"),
        ({"trends.calculate": "POST /x"}, "no place for trendId"),
        ({"trends.calculate": "POST /x/{id}"}, "unknown placeholders"),
        ({"trends.get": "GET /x/{trendId}", "funnels.get": "GET /x/{funnelId}"}, "the same path"),
        ({"trends.get": "GET /analytics/{namespace}/funnels/{trendId}"}, "the same path"),
    ],
    ids=str,
)
def test_paths_that_cannot_be(paths: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        launch(paths=paths)
    assert caught.value.hint


def test_no_two_operations_of_the_registry_have_the_same_path() -> None:
    Options.checked()
    shapes = [(op.method, re.sub(r"\{\w+\}", "", op.path)) for op in OPERATIONS.values()]
    assert len(set(shapes)) == 92


def server(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, boot.__file__, *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read"),
        ("{", "no JSON object"),
        ("[]", "no JSON object"),
        ('{"trends.get": 1}', "is no path"),
        ('{"nonsense": "/x"}', "no operation"),
    ],
)
def test_files_of_paths_that_cannot_be(tmp_path: Path, content: str | None, told: str) -> None:
    file = tmp_path / "paths.json"
    if content is not None:
        file.write_text(content)
    done = server("--paths", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_checks_its_options() -> None:
    done = server("--deny", "ANALYTICS_BACKEND_METRIC_REED")
    assert done.returncode == 2
    assert "ANALYTICS_BACKEND_METRIC_READ" in done.stderr
    done = server("--path", "trends.get")
    assert (done.returncode, "is no path" in done.stderr) == (2, True)
