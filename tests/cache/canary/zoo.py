"""Calls of all sorts, good and bad, and a search of all that they leave behind."""

from __future__ import annotations

import gc
import inspect
import json
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyarrow.parquet as pq

import synerise_frames as sf
from synerise_frames.redact import Secret, get_logger
from synerise_frames.wire.profile_tokens import ProfileToken
from tests.cache.canary.hunting import (
    CODE,
    EMAIL,
    KEY,
    PASSWORD,
    USER,
    Hunt,
    canaries,
    search_error,
    search_files,
    search_objects,
)

#: Nobody listens there.
NOBODY = "http://127.0.0.1:9"
GUID = "12345678-1234-1234-1234-123456789abc"
DATES = sf.between("2020-01-01", "2020-02-01")

Call = Callable[[sf.Workspace], Any]
#: Frames of these may be written by their user. By e-mail they hold it: it is what was asked for.
CALLS: list[Call] = [
    lambda ws: ws.trends.update("t", {"email": EMAIL}, allow_unverified=True),
    lambda ws: ws.trends.calculate("t", dates=DATES, interval="1D", filter={"email": EMAIL}),
    lambda ws: ws.aggregates.calculate("a", EMAIL, by="email"),
    lambda ws: ws.aggregates.preview({"email": EMAIL}, EMAIL, by="email"),
    lambda ws: ws.aggregates.card(EMAIL, by="email"),
    lambda ws: ws.expressions.calculate("e", EMAIL, by="custom_identify"),
    lambda ws: ws.segmentations.check(EMAIL, ["s"], by="email"),
    lambda ws: ws.segmentations.card(EMAIL, by="email"),
    lambda ws: ws.segmentations.profiles({"segments": []}),
    lambda ws: ws.reports.preview({"email": EMAIL}),
    lambda ws: ws.reports.preview_csv({"email": EMAIL}),
    lambda ws: ws.metrics.list(),
    lambda ws: ws.trends.get("t"),
    lambda ws: ws.call("aggregates.calculate", aggregateId="a", identifierType="email",
                       identifierValue=EMAIL),
    lambda ws: ws.cache.info(),
]  # fmt: skip

#: Calls whose answers are about people.
ABOUT_PEOPLE: list[Call] = [
    lambda ws: ws.segmentations.profiles({"segments": []}, strict=True),
    lambda ws: ws.segmentations.check(EMAIL, ["s"], by="email", strict=True),
    lambda ws: ws.segmentations.card(EMAIL, by="email"),
    lambda ws: ws.aggregates.calculate("a", EMAIL, by="email"),
    lambda ws: ws.expressions.card(EMAIL, by="email"),
]

#: Calls that are wrong before anything is sent.
WRONG: list[Call] = [
    lambda ws: ws.aggregates.calculate("a", [EMAIL], by="email"),  # type: ignore[arg-type]
    lambda ws: ws.aggregates.calculate("a", EMAIL, by="post"),
    lambda ws: ws.aggregates.preview({"email": EMAIL, "set": {1}}, 1),
    lambda ws: ws.aggregates.calculate("a", EMAIL + "\ud800", by="email"),
    lambda ws: ws.trends.calculate("t", variables=[EMAIL]),  # type: ignore[list-item]
    lambda ws: ws.trends.preview([EMAIL]),  # type: ignore[arg-type]
    lambda ws: ws.call("aggregates.calculate", aggregateId="a", identifierValue=EMAIL),
    lambda ws: ws.call("aggregates.calculate", identifierValue=EMAIL, body={}),
    lambda ws: ws.auth.login_profile(KEY, "OAUTH", allow_unverified=True, strange=PASSWORD),
]  # fmt: skip

#: What is given to the arguments of all methods. A method with another one has to be thought of.
GIVEN: dict[str, Any] = {
    **{name: {"email": EMAIL} for name in ("analysis", "filter")},
    **dict.fromkeys(["profile", "uuid", "device_id"], EMAIL),
    "dates": DATES,
    **dict.fromkeys(["allow_unverified", "strict"], True),
    **dict.fromkeys(["name", "analysis_id", "directory_id", "segmentation_ids"], "x"),
    "variables": {"v": EMAIL},
    "by": "email",
    "candidates": [{"id": EMAIL}],
    "api_key": KEY,
    "token": ProfileToken(Secret(KEY)),
    "identity_provider": "OAUTH",
    "ip_address": "127.0.0.1",
    "kind": "trend",
    "client_id": 7,
}
MORE = {"email": EMAIL, "password": PASSWORD}


def all_methods(ws: sf.Workspace) -> Iterator[Callable[[], Any]]:
    """Give a call of each public method of each part of a workspace."""
    for part in vars(ws).values():
        if not type(part).__module__.startswith("synerise_frames.kinds") or part is ws.context:
            continue
        for name, method in inspect.getmembers(part, inspect.ismethod):
            if not name.startswith("_") and name not in ("remember", "forget"):
                known = inspect.signature(method).parameters
                yield _filled(method, known, logs_in=name.startswith("login_profile"))


def _filled(method: Callable[..., Any], known: Any, *, logs_in: bool) -> Callable[[], Any]:
    named = {
        name: "x" if name.endswith("_id") and name not in GIVEN else GIVEN[name]
        for name, it in known.items()
        if it.kind is not it.VAR_KEYWORD and (it.default is it.empty or name in GIVEN)
    }
    return lambda: method(**named, **(MORE if logs_in else {}))


PARTS = ("good", "many", "offline", "wrong", "refused", "methods", "unreadable", "settings")


class Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {record.getMessage()} {record.args!r} {record.msg!r}")


class Zoo:
    """All calls in all circumstances, and a search of what they leave behind."""

    def __init__(self, api: Any, connect: Any, folder: Path, log: Log) -> None:
        self.api, self.connect, self.log, self.folder = api, connect, log, folder
        self.cache = folder / "cache"
        self.journals = folder / "journals"
        self.errors: list[BaseException] = []
        self.frames: list[Any] = []
        #: Kept alive, so that their reprs are searched.
        self.alive: list[Any] = []

    def run(self, parts: Sequence[str] = PARTS, *, deep: bool = True) -> Hunt:
        self.statuses = (400, 401, 403, 404, 500) if deep else (403, 404)
        # What other tests left behind is not to be found here.
        gc.collect()
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            for part in parts:
                getattr(self, part)()
                self.api.say()
            self.slips()
        for one in told:
            self.log.lines.append(str(one.message))
        return self.hunt(deep)

    def workspace(self, **how: Any) -> sf.Workspace:
        how = {"api_key": KEY, "cache": self.cache} | how
        self.alive.append(self.connect(**how))
        return self.alive[-1]

    def attempt(self, call: Callable[[], Any]) -> Any:
        try:
            found = call()
        except sf.SyneriseError as error:
            self.errors.append(error)
            return None
        self.frames += [found] if hasattr(found, "synerise") else []
        return found

    def calls(self, ws: sf.Workspace, calls: list[Call] = CALLS) -> None:
        for call in calls:
            self.attempt(lambda call=call: call(ws))  # type: ignore[misc]

    def user(self, **how: Any) -> sf.Workspace:
        who = {"api_key": None, "username": USER, "password": PASSWORD, "workspace": GUID}
        return self.workspace(**who, mfa=lambda: CODE, **how)

    def logins(self) -> None:
        """Log in, so that there is a token."""
        self.attempt(self.workspace(cache=False).metrics.list)

    def good(self) -> None:
        self.calls(self.workspace())
        self.calls(self.workspace(auth="basic", workspace_guid="guid"))
        ws = self.workspace()
        body = {"identifierValue": EMAIL}
        asked = ws.context.api.prepare(
            "aggregates.calculate", path={"aggregateId": "a", "identifierType": "email"}, body=body
        )
        self.alive += [asked, ws.context.api.answer(asked), *ws.cache.frames._here.values()]

    def many(self) -> None:
        """Run a plan for many profiles, well and badly."""
        self.journals.mkdir()
        for number, status in enumerate((200, 400, 401)):
            self.api.say(status)
            ws = self.workspace(workspace_guid=f"many {status}")
            people = ws.profiles([EMAIL, None, EMAIL + ".pl"], by="email")
            plan = people.plan(aggregates="a", segmentations="s")
            self.alive += [people, plan]
            journal = self.journals / f"{number}.journal"
            run = self.attempt(lambda: plan.run(journal=journal, progress=False))  # noqa: B023
            self.alive.append(run)
            if run is not None:
                self.alive.append(run.frame)
                self.attempt(run.raise_if_failed)
            self.attempt(lambda: people.plan(aggregates=[3.5]))  # noqa: B023

    def offline(self) -> None:
        self.calls(self.workspace(offline=True, tz="UTC"))
        self.calls(self.workspace(offline=True, workspace_guid="elsewhere"))

    def wrong(self) -> None:
        self.calls(self.workspace(workspace_guid="wrong"), WRONG)
        (self.folder / "file").write_text("no folder")
        self.calls(self.workspace(cache=self.folder / "file"))

    def refused(self) -> None:
        """Let the server throw everything back: what it was sent, and the header of it."""
        for status in self.statuses:
            said = json.dumps(
                {
                    "status": status,
                    "error": "Bad",
                    "message": f"apiKey={KEY} password: {PASSWORD} token {self.api.tokens[-1]}",
                    "path": f"Authorization: Bearer {self.api.tokens[-1]}",
                }
            )
            self.api.say(status, said.encode())
            self.calls(self.workspace(workspace_guid=f"g{status}"))
            # Selecting the workspace is refused, and confirming with the code.
            self.attempt(self.user().metrics.list)

    def methods(self) -> None:
        """Let the server refuse a call of each method."""
        self.api.say(400, b"")
        for method in all_methods(self.workspace(cache=False)):
            self.attempt(method)

    def unreadable(self) -> None:
        """Let the server say what cannot be read, or nothing."""
        self.api.say(200, b"<html>" + EMAIL.encode(), Content_Type="text/html")
        self.calls(self.workspace(workspace_guid="html"))
        self.attempt(self.user().metrics.list)
        for said in (
            [[{"email": EMAIL}, EMAIL]],
            {"error": 1, "by": EMAIL},
            {"a": EMAIL, "b": EMAIL},
        ):
            self.api.say(200, json.dumps(said).encode())
            self.calls(self.workspace(cache=False), ABOUT_PEOPLE)
        self.api.say(how="half")
        self.calls(self.workspace(workspace_guid="half"))
        for how in ({}, {"auth": "basic"}):
            self.calls(self.workspace(workspace_guid="nobody", host=NOBODY, **how))

    def settings(self) -> None:
        """Connect with settings that are wrong."""
        file = self.folder / "config.toml"
        with patch.dict(os.environ, SYNERISE_CONFIG_DIR=str(self.folder)):
            for wrong in ("strange = 1", "strange"):
                file.write_text(
                    f"api_key = {json.dumps(KEY, ensure_ascii=False)}\n{wrong}\n", "utf-8"
                )
                self.attempt(self.workspace)
        with patch.dict(os.environ, SYNERISE_API_KEY=KEY):
            self.attempt(lambda: self.workspace(api_key=None, auth="none"))
        for wrong in ({"auth": "none"}, {"tz": "Nowhere/At"}, {"auth": "basic"}, {"limits": 7}):
            self.attempt(lambda wrong=wrong: self.workspace(**wrong))  # type: ignore[misc]
        self.attempt(lambda: self.user(mfa_type="LETTER"))
        self.attempt(lambda: self.workspace(username=USER, password=PASSWORD))

    def slips(self) -> None:
        """Let somebody log what should not be logged."""
        for name in ("http", "cache", "wire"):
            get_logger(f"synerise_frames.{name}").warning("key %s", KEY)
            get_logger(f"synerise_frames.{name}").warning("header Bearer %s", self.api.tokens[0])

    def hunt(self, deep: bool) -> Hunt:
        hunt = Hunt(canaries(self.api.tokens))
        assert "token" in hunt.canaries
        search_files(hunt, self.cache)
        for path in self.journals.glob("*"):
            hunt.search("journal", path.read_bytes())
        for line in self.log.lines:
            hunt.search("log", line)
        search_objects(hunt)
        for error in self.errors:
            search_error(hunt, error, deep=deep)
        for number, frame in enumerate(self.frames):
            path = self.folder / f"{number}.parquet"
            frame.synerise.to_parquet(path)
            written = pq.read_schema(path)
            hunt.search("Parquet", b"".join([*(written.metadata or {}).values()]))
            hunt.search(
                "Parquet", str(written) + str(pq.read_metadata(path).to_dict()["created_by"])
            )
            hunt.search("notes", repr(frame.attrs) + frame.synerise.explain())
        return hunt
