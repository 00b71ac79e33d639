"""Which column of a frame or file holds the identifiers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from synerise_frames.errors import ConfigError
from synerise_frames.suggest import did_you_mean

# What identifiers are called, by what they are: in frames of this library, then elsewhere.
_KNOWN = {
    "id": ("profile", "profile_id", "client_id", "id"),
    "uuid": ("profile", "uuid"),
    "email": ("profile", "email"),
    "custom_identify": ("profile", "custom_id", "custom_identify"),
}


def column_of(labels: Sequence[Hashable], by: str, column: Hashable | None, where: str) -> int:
    """Give the position of the column that holds the identifiers.

    Parameters
    ----------
    labels : sequence
        What the columns are called; text where they come from a file.
    by : str
        What the identifiers are.
    column : hashable, optional
        The one that the user named.
    where : str
        What has the columns, for messages.

    Raises
    ------
    ConfigError
        If there is none of that name, several, or it is not clear which one is meant.
    """
    if column is None:
        column = _evident(labels, by, where)
    count = labels.count(column)
    if count > 1:
        raise ConfigError(
            f"There are {count} columns {column!r} in {where}.",
            hint="Rename them, or pass the one that is meant: frame.iloc[:, 0].",
        )
    if count:
        return labels.index(column)
    names = [*map(str, labels)]
    # A frame that was made of a list has 0 and not "0".
    if names.count(str(column)) == 1:
        return names.index(str(column))
    raise ConfigError(
        f"There is no column {column!r} in {where}.",
        hint=did_you_mean(column, names) + f"It has {', '.join(names) or 'no columns'}.",
    )


def is_known(name: Hashable, by: str) -> bool:
    """Say whether a column is called as identifiers are."""
    return name in _KNOWN.get(by, ())


def _evident(labels: Sequence[Hashable], by: str, where: str) -> Hashable:
    """Choose the column that nobody needs to name."""
    known = [name for name in _KNOWN.get(by, ()) if name in labels]
    # pandas writes an index without a name as a column without one.
    named = [label for label in labels if label != ""]
    if known or len(named) == 1:
        return known[0] if known else named[0]
    if len(labels) == 1:
        return labels[0]
    raise ConfigError(
        f"Which column of {where} holds the identifiers is not clear.",
        hint=f"Name it: column={named[0]!r}." if named else "It has no columns.",
    )
