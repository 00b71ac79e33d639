"""What concerns analyses of all kinds at once: deleting many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pandas as pd

from synerise_frames.errors import ConfigError
from synerise_frames.kinds.checks import checked_ids
from synerise_frames.kinds.context import Context
from synerise_frames.wire.operations import operation

#: Ids of analyses, or a list of them as ``.list()`` gives it.
Ids: TypeAlias = Sequence[str] | pd.DataFrame

_KEY = "management.delete_many"


def delete_many(context: Context, ids: Mapping[str, Ids | None], *, allow_unverified: bool) -> None:
    """Delete analyses, given as family (``"trends"``) to ids.

    Raises
    ------
    ConfigError
        If there is nothing to delete, or an id is none.
    """
    asked = {family.removesuffix("s"): [*_ids(family, some)] for family, some in ids.items()}
    if not any(asked.values()):
        raise ConfigError(
            "There is nothing to delete.", hint="ws.delete_many(trends=[id, …], funnels=[id, …])."
        )
    # The reference requires all nine lists, empty ones too.
    body = {field: asked.get(field.removesuffix("Ids"), []) for field in operation(_KEY).body}
    context.api.call(_KEY, body=body, allow_unverified=allow_unverified)
    for some in asked.values():
        for one in some:
            context.names.pop(one, None)


def _ids(family: str, given: Ids | None) -> list[str]:
    if isinstance(given, str):
        raise ConfigError(
            f"{family}= is text, not a list of ids.", hint=f"Write {family}=[{given!r}]."
        )
    some = () if given is None else given
    return [*dict.fromkeys(checked_ids(some, family.removesuffix("s")))]
