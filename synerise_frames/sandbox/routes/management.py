"""Directories, and deleting many analyses at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.sandbox.calls import Call, texts
from synerise_frames.sandbox.definition import KINDS
from synerise_frames.sandbox.problems import invalid
from synerise_frames.sandbox.routes.base import EMPTY, Handler, Text
from synerise_frames.sandbox.workspace import LocalWorkspace


def _list(workspace: LocalWorkspace, call: Call) -> list[dict[str, str]]:
    found = workspace.definitions.directories(call.query["analyticType"])
    return [directory.to_dict() for directory in found]


def _create(workspace: LocalWorkspace, call: Call) -> dict[str, str]:
    name = _name(call, "name")
    return {"id": workspace.definitions.create_directory(name, call.body["analyticType"]).id}


def _rename(workspace: LocalWorkspace, call: Call) -> Text:
    name = _name(call, "newName")
    workspace.definitions.rename_directory(call.path["directoryId"], name)
    return EMPTY


def _delete(workspace: LocalWorkspace, call: Call) -> Text:
    workspace.definitions.delete_directory(call.path["directoryId"])
    return EMPTY


def _move(workspace: LocalWorkspace, call: Call) -> Text:
    given = call.body["analyticType"]
    # There are no queries and dashboards here, so none will be found.
    kind = given.lower()
    workspace.definitions.move(kind, call.path["analyticId"], call.body["newDir"], given)
    return EMPTY


def _name(call: Call, field: str) -> str:
    name: str = call.body[field]
    if not name.strip():
        raise invalid(field, "must not be blank", rejected=name)
    return name


def _delete_many(workspace: LocalWorkspace, call: Call) -> Text:
    fields = {kind: f"{kind}Ids" for kind in KINDS}
    keys: list[tuple[Any, str]] = []
    for kind, field in fields.items():
        keys += [(kind, one) for one in texts(call.body[field], field)]
    workspace.definitions.delete(keys)
    return EMPTY


HANDLERS: Mapping[str, Handler] = {
    "directories.list": _list,
    "directories.create": _create,
    "directories.rename": _rename,
    "directories.delete": _delete,
    "directories.move": _move,
    "management.delete_many": _delete_many,
}
