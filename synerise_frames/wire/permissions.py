"""The permission check of a workspace key: seen in public client code, not in the reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from synerise_frames.errors import ShapeError
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.operations import OPERATIONS

if TYPE_CHECKING:
    # The embedded server needs the path alone, and starts faster without the client.
    from synerise_frames.wire.api import Api
    from synerise_frames.wire.memory import Answer

#: Not one of the reference's operations, so not in the registry.
PERMISSION_CHECK = Operation(
    key="auth.check_permissions",
    tag="Authorization",
    summary="Check permissions of an API key",
    method="POST",
    path="/uauth/api-key/permission-check",
    evidence="public",
    effect="read",
    consumers=("workspace",),
    shape="object",
    printed=("businessProfileName", "permissions"),
)


def all_permissions() -> list[str]:
    """Give every permission that an operation for workspace keys needs, each once."""
    rows = (op for op in OPERATIONS.values() if "workspace" in op.consumers)
    return sorted({name for op in rows for name in op.permissions})


def needed_by(permission: str) -> list[str]:
    """Give the keys of the operations that need a permission."""
    return [op.key for op in OPERATIONS.values() if permission in op.permissions]


def check_permissions(api: Api, names: Iterable[str]) -> tuple[Answer, Mapping[str, bool]]:
    """Ask which of the permissions the key has; give the answer, and name to flag.

    Raises
    ------
    ShapeError
        If the answer does not say.
    """
    answer = api.call(PERMISSION_CHECK, body=[*names])
    granted = granted_in(answer.payload)
    if granted is None:
        raise ShapeError(
            "The permission check answered without permissions.",
            path="$.permissions",
            hint="Check host=: this does not look like the API.",
        )
    return answer, granted


def granted_in(payload: Any) -> dict[str, bool] | None:
    """Give permission and flag as the check answers them; ``None`` if it does not say."""
    granted = payload.get("permissions") if isinstance(payload, dict) else None
    if not isinstance(granted, dict):
        return None
    # What is no flag says nothing.
    return {name: flag for name, flag in granted.items() if isinstance(flag, bool)}
