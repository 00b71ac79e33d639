"""Calls of every kind, and what the demo workspace really answers to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import synerise_frames as sf
from synerise_frames.doctor import diagnose
from synerise_frames.http.client import Client
from synerise_frames.http.message import Request, Response
from synerise_frames.wire.operations import OPERATIONS

KEY = "hardening-key-which-nobody-may-read-4711"
PERSON = "household-1@example.com"

DATES = sf.between("2017-03-01", "2017-03-20")

#: The paths as they are, but given by the user: so nothing warns of guesses.
PATHS = {key: op.path for key, op in OPERATIONS.items() if not op.verified}

Ids = Mapping[str, str]
Call = Callable[[sf.Workspace, Ids], Any]


def many(ws: sf.Workspace, ids: Ids) -> Any:
    """Ask for a few profiles side by side, which libcurl does."""
    plan = ws.profiles([1, 2, 3]).plan(
        aggregates=ids["aggregate"], segmentations=ids["segmentation"]
    )
    return plan.run(progress=False).frame


CALLS: dict[str, Call] = {
    "trend": lambda ws, ids: ws.trends.calculate(ids["trend"], dates=DATES, interval="1D"),
    "trend details": lambda ws, ids: ws.trends.get(ids["trend"]),
    "histogram": lambda ws, ids: ws.histograms.calculate(
        ids["histogram"], dates=DATES, interval="1D"
    ),
    "funnel": lambda ws, ids: ws.funnels.calculate(ids["funnel"]),
    "groups": lambda ws, ids: ws.funnels.calculate(ids["funnel groups"]),
    "report": lambda ws, ids: ws.reports.calculate(ids["report"]),
    "report again": lambda ws, ids: ws.reports.calculate(ids["report"], dates=DATES),
    "report csv": lambda ws, ids: ws.reports.preview_csv({"any": "thing"}),
    "metric": lambda ws, ids: ws.metrics.calculate(ids["metric"]),
    "metric list": lambda ws, ids: ws.metrics.list(),
    "metric found": lambda ws, ids: ws.metrics.find("Revenue"),
    "metric offers": lambda ws, ids: ws.metrics.histogram_metrics(),
    "metric ids": lambda ws, ids: ws.metrics.recommendation_metric_ids(),
    "sankey": lambda ws, ids: ws.sankeys.calculate(ids["sankey"]),
    "segmentation": lambda ws, ids: ws.segmentations.calculate(ids["segmentation"]),
    "segment profiles": lambda ws, ids: ws.segmentations.profiles({"any": "thing"}),
    "membership": lambda ws, ids: ws.segmentations.check(
        PERSON, [ids["segmentation"], ids["segmentation 2"]], by="email"
    ),
    "segment card": lambda ws, ids: ws.segmentations.card(PERSON, by="email"),
    "first match": lambda ws, ids: ws.segmentations.first_match(
        PERSON, [{"id": "x", "segmentationIds": [ids["segmentation"]]}], by="email"
    ),
    "aggregate": lambda ws, ids: ws.aggregates.calculate(ids["aggregate"], PERSON, by="email"),
    "aggregate list": lambda ws, ids: ws.aggregates.calculate(ids["aggregate 2"], 1),
    "aggregate history": lambda ws, ids: ws.aggregates.history(
        ids["aggregate"], 1, dates=DATES, interval="1D"
    ),
    "aggregate preview": lambda ws, ids: ws.aggregates.preview({"any": "thing"}, 1),
    "aggregate card": lambda ws, ids: ws.aggregates.card(PERSON, by="email"),
    "expression": lambda ws, ids: ws.expressions.calculate(ids["expression"], PERSON, by="email"),
    "expression card": lambda ws, ids: ws.expressions.card(1),
    "directories": lambda ws, ids: ws.directories.list("metric"),
    "funnel list": lambda ws, ids: ws.funnels.list(search="a"),
    "segmentation list": lambda ws, ids: ws.segmentations.list(),
    "who am I": lambda ws, ids: ws.whoami(),
    "permissions": lambda ws, ids: ws.check_permissions(),
    "raw": lambda ws, ids: ws.call("metrics.list", limit="5"),
    "created": lambda ws, ids: ws.metrics.create({"any": "thing"}),
    "catalog": lambda ws, ids: ws.catalog(),
    "many": many,
    "doctor": lambda ws, ids: diagnose(ws.context, Path("no-such-folder")),
}

#: What calls a definition is needed for; the server of the tests takes any.
_DEFINED = {
    "report csv": ("reports", "report"),
    "segment profiles": ("segmentations", "segmentation"),
    "aggregate preview": ("aggregates", "aggregate"),
    "created": ("metrics", "metric"),
}


#: What is sent for a definition only here, not by the call.
_METHODS = dict.fromkeys(_DEFINED, "POST")


@dataclass(frozen=True)
class Recorded:
    """What was asked for a call and what was answered, by method and path."""

    name: str
    call: Call
    answers: Mapping[tuple[str, str], Response]


def ids_of(ws: sf.Workspace) -> dict[str, str]:
    """Give one id a kind, of the demo workspace."""
    catalog = ws.catalog()
    ids = dict(catalog[~catalog["is_dynamic"]].groupby("kind")["id"].first())
    found = {
        "funnel": ws.funnels.find("Campaign to coupon to basket"),
        "funnel groups": ws.funnels.find("Campaign to coupon by income group"),
        "aggregate 2": ws.aggregates.find("Last five stores"),
        "segmentation 2": ws.segmentations.find("Last seen"),
    }
    return {**{str(kind): str(one) for kind, one in ids.items()}, **found}


def record(ws: sf.Workspace) -> tuple[list[Recorded], dict[str, str]]:
    """Make every call of the demo workspace, and keep what came over the wire."""
    ids = ids_of(ws)
    ws.context.api.memory = None
    kept: dict[tuple[str, str], Response] = {}
    send = Client.send

    def spy(self: Client, request: Request, auth: Any = None) -> Response:
        response = send(self, request, auth)
        kept[request.method, request.path] = response
        return response

    recorded = []
    with patch.object(Client, "send", spy):
        for name, call in CALLS.items():
            kept.clear()
            if name in _DEFINED:
                _define(ws, ids, name)
            elif name == "many":
                _one_by_one(ws, ids)
            else:
                call(ws, ids)
            used = {k: _shortened(v) for k, v in kept.items() if k[0] in _METHODS.get(name, k[0])}
            recorded.append(Recorded(name, call, used))
    return recorded, ids


def _shortened(response: Response) -> Response:
    """Keep a few rows of a long answer: what is strange does not need all of them."""
    if len(response.content) < 20_000:
        return response
    segments = [segment[:3] for segment in json.loads(response.content)]
    return replace(response, content=json.dumps(segments).encode())


def _define(ws: sf.Workspace, ids: Ids, name: str) -> None:
    family, kind = _DEFINED[name]
    analysis = getattr(ws, family).get(ids[kind])["analysis"]
    if name == "created":
        made = ws.metrics.create(analysis)
        ws.metrics.delete(made)
    elif name == "aggregate preview":
        ws.aggregates.preview(analysis, 1)
    elif name == "report csv":
        ws.reports.preview_csv(analysis)
    else:
        ws.segmentations.profiles(analysis)


def _one_by_one(ws: sf.Workspace, ids: Ids) -> None:
    """Ask without libcurl what a plan asks with it: the answers are the same."""
    ws.aggregates.calculate(ids["aggregate"], 1)
    ws.segmentations.check(1, [ids["segmentation"]])
