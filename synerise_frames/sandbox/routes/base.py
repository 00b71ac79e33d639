"""What a handler is, and what handlers share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from synerise_frames.sandbox.calls import Call
from synerise_frames.sandbox.definition import Definition
from synerise_frames.sandbox.engine import DialectError, Profile
from synerise_frames.sandbox.problems import not_found
from synerise_frames.sandbox.workspace import LocalWorkspace

#: Gives JSON data, or :class:`Text`. Those of calculations run in threads.
Handler: TypeAlias = Callable[[LocalWorkspace, Call], Any]


@dataclass(frozen=True)
class Text:
    """An answer that is no JSON."""

    content: str
    media_type: str | None


#: The answer of a write that has nothing to tell.
EMPTY = Text("", None)


def definition_of(workspace: LocalWorkspace, call: Call, kind: str) -> Definition:
    """Give the definition that a path names.

    Raises
    ------
    Problem
        404 if there is none.
    """
    return workspace.definitions.existing(kind, call.path[f"{kind}Id"])


def profile_of(workspace: LocalWorkspace, call: Call) -> Profile:
    """Give the profile that path and body name together.

    Raises
    ------
    Problem
        404 if there is no such profile.
    """
    return find_profile(workspace, call.path["identifierType"], call.body["identifierValue"])


def find_profile(workspace: LocalWorkspace, identifier_type: str, value: str) -> Profile:
    """Give a profile.

    Raises
    ------
    Problem
        404 if there is none.
    """
    profile = workspace.engine.find_profile(identifier_type, value)
    if profile is None:
        raise not_found(f"Profile with {identifier_type} {value!r}")
    return profile


def card(kind: str, value: Callable[[LocalWorkspace, Definition, Profile], Any]) -> Handler:
    """Make the handler of a profile's card: its values of all definitions that are shown there."""

    def handler(workspace: LocalWorkspace, call: Call) -> list[dict[str, Any]]:
        profile = profile_of(workspace, call)
        return [
            {f"{kind}Id": one.id, "name": one.name, "result": result(workspace, one, profile)}
            for one in workspace.definitions.of(kind)
            if one.is_visible_for_client_profile
        ]

    def result(workspace: LocalWorkspace, definition: Definition, profile: Profile) -> Any:
        try:
            return value(workspace, definition, profile)
        except DialectError:
            # A dynamic key without a default, or an aggregate that is gone: no reason for
            # refusing the rest of the card.
            return None

    return handler
