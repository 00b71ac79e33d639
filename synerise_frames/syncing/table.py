"""One table of a recipe, read key by key; each complaint names the line and the close match."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.periods import Interval
from synerise_frames.suggest import did_you_mean
from synerise_frames.syncing.places import line_of

_SECRET = ("key", "password", "secret", "token", "username")


@dataclass(frozen=True)
class Source:
    """The text of a recipe and what the file is called."""

    name: str
    text: str

    def place(self, *path: str | int) -> str:
        """Say where something is: ``recipe.toml, line 7``."""
        line = line_of(self.text, path)
        return self.name if line is None else f"{self.name}, line {line}"


@dataclass(frozen=True)
class Table:
    """A table at a place of the file."""

    values: Mapping[str, Any]
    path: tuple[str | int, ...]
    source: Source

    def place(self, name: str | None = None) -> str:
        """Say where the table or one of its keys is."""
        return self.source.place(*self.path, *([] if name is None else [name]))

    def error(self, name: str | None, message: str, hint: str = "") -> ConfigError:
        """Give the error to raise about a key."""
        return ConfigError(f"{self.place(name)}: {message}", hint=hint)

    def only(self, known: Iterable[str], what: str) -> None:
        """Refuse other keys.

        Raises
        ------
        ConfigError
            If there is one; what looks like a secret is told where it belongs.
        """
        names = sorted(known)
        for name in self.values:
            if name in names:
                continue
            # An unknown key may be followed by a secret, so its value is never told.
            if any(word in name.lower() for word in _SECRET):
                raise self.error(
                    name,
                    f"{name} has no place in a recipe: files are copied and checked in.",
                    "Set SYNERISE_API_KEY in the environment of the job.",
                )
            close = did_you_mean(name, names)
            raise self.error(
                name, f"{what} has no key {name!r}.", f"{close}Keys: {', '.join(names)}."
            )

    def text(self, name: str) -> str | None:
        """Give a text; ``None`` where there is none."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise self.error(name, f"{name} is a text.", f'Write {name} = "…".')
        return value.strip()

    def needed(self, name: str, example: str) -> str:
        """Give a text that has to be there."""
        value = self.text(name)
        if value is None:
            raise self.error(None, f"{name} is missing.", f"Add {name} = {example}.")
        return value

    def choice(self, name: str, known: Iterable[str], default: str) -> str:
        """Give one of a few words."""
        words = list(known)
        value = self.text(name) or default
        if value not in words:
            close = did_you_mean(value, words)
            raise self.error(
                name, f"there is no {name} {value!r}.", f"{close}One of: {', '.join(words)}."
            )
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Give one or several texts."""
        value = self.values.get(name)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if not items or not all(isinstance(one, str) and one.strip() for one in items):
            raise self.error(
                name, f"{name} is a text or a list of texts.", f'Write {name} = ["…", "…"].'
            )
        texts = tuple(one.strip() for one in items)
        for twice in {one for one in texts if texts.count(one) > 1}:
            raise self.error(name, f"{name} names {twice!r} twice.", "Once is enough.")
        return texts

    def length(self, name: str, default: str | None = None) -> Interval | None:
        """Give a length of time, such as ``"7 days"``."""
        value = self.text(name) or default
        if value is None:
            return None
        try:
            return Interval.parse(value)
        except ConfigError as error:
            raise self.error(name, f"{name}: {error.message}", error.hint) from None

    def day(self, name: str) -> date | None:
        """Give a day, as a TOML date or as text."""
        value = self.values.get(name)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is None:
            return None
        try:
            return date.fromisoformat(str(value))
        except (TypeError, ValueError):
            raise self.error(
                name, f"{name} is no day: {value!r}.", f'Write {name} = "2024-01-31".'
            ) from None

    def number(self, name: str) -> float | None:
        """Give a number above 0."""
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self.error(name, f"{name} is a number above 0.")
        return float(value)

    def mapping(self, name: str) -> dict[str, Any] | None:
        """Give a table as it is."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise self.error(name, f"{name} is a table.", f"Write [dataset.{name}] above its keys.")
        return value

    def name(self) -> str:
        """Give the name of a data set: one folder."""
        value = self.needed("name", '"revenue"')
        if PurePath(value).name != value or value.startswith((".", "_")) or "\\" in value:
            raise self.error(
                "name", f"{value!r} cannot be a folder's name.", "Letters, digits, - and _ do."
            )
        return value
