"""Which series a value belongs to: by id, then by name, by position only if lengths match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from synerise_frames.frames.find import ID, NAME, is_scalar, pick
from synerise_frames.schema.text import as_text

#: Position in its list, and the length of that list.
Slot = tuple[int, int]
#: What is known of the series of a value: id, name, and where it stood.
Clue = tuple[str | None, str | None, Slot | None]


class Series(NamedTuple):
    """One series: id (position where none was sent) and name (missing where null)."""

    id: str | None
    name: str | None


class Legends:
    """The legends of an answer, found by id, by name and by position."""

    def __init__(self, entries: Sequence[Series] = ()) -> None:
        self.entries = tuple(entries)
        self.by_id = {entry.id: entry for entry in reversed(self.entries)}
        #: Ids that are no mere positions.
        self.sent = {one.id for at, one in enumerate(self.entries) if one.id != str(at)}
        self.by_name: dict[str | None, list[Series]] = {}
        for entry in self.entries:
            self.by_name.setdefault(entry.name, []).append(entry)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, key: str) -> bool:
        return key in self.by_id or key in self.by_name

    def find(self, key: str) -> Series | None:
        """Find a series by id, or by a name that only one has."""
        named = self.by_name.get(key, [])
        return self.by_id.get(key) or (named[0] if len(named) == 1 else None)


def read_legends(node: Any) -> tuple[Legends, bool]:
    """Read legends; also tell whether they say more than ids and names."""
    if isinstance(node, dict):
        items = [
            {"id": key, **value} if isinstance(value, dict) else {"id": key, "name": value}
            for key, value in node.items()
        ]
        return read_legends(items)
    if not isinstance(node, list):
        return Legends(), False
    entries, more = [], False
    for position, item in enumerate(node):
        if isinstance(item, dict):
            id_key = pick(item, ID, is_scalar)
            name_key = pick(item, NAME, is_scalar, (id_key,))
            sent = None if id_key is None else as_text(item[id_key])
            name = None if name_key is None else as_text(item[name_key])
            more = more or bool(set(item) - {id_key, name_key})
            entries.append(Series(str(position) if sent is None else sent, name))
        else:
            entries.append(Series(str(position), as_text(item)))
    return Legends(entries), more


class Resolver:
    """Gives the series of each clue; the same clue always gets the same series."""

    def __init__(self, legends: Legends) -> None:
        self.legends = legends
        self.unknown: list[Clue] = []
        self._new: dict[tuple[str | None, int], Series] = {}

    def resolve(self, clues: Sequence[Clue], starts: Sequence[Any]) -> list[Series]:
        """Find the series of every value; equal names in one bucket are told apart."""
        different = dict.fromkeys(clues)
        if any(clue[0] is None and clue[1] is not None for clue in different):
            return list(map(self._series, clues, _repeats(clues, starts)))
        found = {clue: self._series(clue, 0) for clue in different}
        return list(map(found.__getitem__, clues))

    def _series(self, clue: Clue, repeat: int) -> Series:
        if clue[0] is not None:
            return self._by_id(clue[0], clue[1])
        if clue[1] is not None:
            return self._by_name(clue[1], clue[2], repeat)
        return self._by_slot(clue)

    def _by_id(self, sent: str, name: str | None) -> Series:
        legend = self.legends.find(sent)
        if legend is None:
            return Series(sent, name)
        return Series(legend.id, name if name is not None else legend.name)

    def _by_name(self, name: str, slot: Slot | None, repeat: int) -> Series:
        if slot and slot[1] == len(self.legends) and self.legends.entries[slot[0]].name == name:
            return self.legends.entries[slot[0]]
        named = self.legends.by_name.get(name, [])
        if repeat < len(named):
            return named[repeat]
        if not named and name in self.legends.sent:
            # Some say with an id which legend they mean, under a name for names.
            return self.legends.by_id[name]
        # No id was sent: the position among the names seen so far stands for it.
        position = str(len(self.legends) + len(self._new))
        return self._new.setdefault((name, repeat), Series(position, name))

    def _by_slot(self, clue: Clue) -> Series:
        slot, count = clue[2], len(self.legends)
        if slot is None:
            slot = (0, 1)
        if slot[1] == count:
            return self.legends.entries[slot[0]]
        if count == 0:
            return Series(str(slot[0]), None)
        self.unknown.append(clue)
        # Joined by a position that may be wrong would be worse than not joined.
        return Series(None if slot[1] == 1 else str(slot[0]), None)


def _repeats(clues: Sequence[Clue], starts: Sequence[Any]) -> list[int]:
    """Count how often each name came before in its bucket."""
    seen: Counter[tuple[str | None, str | None, str]] = Counter()
    result = []
    for (sent, name, _), start in zip(clues, starts, strict=True):
        key = (sent, name, str(start))
        result.append(seen[key])
        seen[key] += 1
    return result
