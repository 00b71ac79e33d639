"""A recipe: which data sets there are to be; read from TOML, checked before any call."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from synerise_frames.errors import ConfigError
from synerise_frames.export.partitions import PERSONS
from synerise_frames.periods import Interval, zone
from synerise_frames.suggest import did_you_mean
from synerise_frames.syncing.calendar import fits
from synerise_frames.syncing.table import Source, Table
from synerise_frames.wire.bodies import IDENTIFIERS

#: Kinds whose frames have buckets, which windows cut into parts.
BUCKETED = ("trend", "histogram")
#: Kinds that can be asked for a window, and do not say when in their rows.
DATED = ("funnel", "report", "metric")
#: Kinds that are as they are now.
PLAIN = ("segmentation", "sankey")
KINDS = (*BUCKETED, *DATED, *PLAIN, "profiles")

#: From the finest to the coarsest.
UNITS = ("day", "week", "month", "year")

_SETTINGS = ("host", "region", "tz", "workspace_guid", "auth", "openapi", "per_second")
_BULK = ("ids", "column", "by", "aggregates", "expressions", "segmentations", "keep")
_OF_KIND = {
    **dict.fromkeys(BUCKETED, ("interval", "from", "window", "look_back", "partition", "filter")),
    **dict.fromkeys(DATED, ("from", "window", "look_back", "partition", "filter", "every")),
    **dict.fromkeys(PLAIN, ("every",)),
}


@dataclass(frozen=True)
class DatasetSpec:
    """What one data set is to hold.

    Attributes
    ----------
    name, kind : str
        Its folder below the root, and the kind of its frames.
    analyses : tuple of str
        Names or ids.
    since : date, optional
        Start of its history; without one it has no windows and is replaced.
    window : {"day", "week", "month", "year"}
        Unit of the windows.
    look_back : Interval, optional
        For how long after its end a window is pulled again.
    every : Interval, optional
        How old a data set without windows may be.
    asked : str
        Digest of all that changes what is asked.
    """

    name: str
    kind: str
    source: Source
    position: int
    analyses: tuple[str, ...] = ()
    since: date | None = None
    window: str = "month"
    interval: str | None = None
    look_back: Interval | None = None
    every: Interval | None = None
    partition: tuple[str, ...] = ()
    filter: Mapping[str, Any] | None = None
    variables: Mapping[str, Any] | None = None
    bulk: Mapping[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> str:
        """Digest of the question: with another one, what is there answers something else."""
        told = (
            *(self.kind, self.analyses, self.window, self.interval),
            *(self.filter, self.variables, sorted(self.bulk.items())),
        )
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:16]

    def place(self, key: str = "name") -> str:
        """Say where in the file a key of this data set is."""
        return self.source.place("dataset", self.position, key)


@dataclass(frozen=True)
class Recipe:
    """Data sets below one root, of one workspace; made by :func:`read_recipe`."""

    name: str
    root: str
    folder: Path
    datasets: tuple[DatasetSpec, ...]
    workspace: Mapping[str, Any] = field(default_factory=dict)

    def only(self, names: tuple[str, ...]) -> tuple[DatasetSpec, ...]:
        """Give the data sets of these names; all for none.

        Raises
        ------
        ConfigError
            If there is no such data set; the hint has the close match.
        """
        known = [one.name for one in self.datasets]
        for name in names:
            if name not in known:
                close = did_you_mean(name, known)
                raise ConfigError(
                    f"{self.name} has no data set {name!r}.",
                    hint=f"{close}It has {', '.join(known)}.",
                )
        return tuple(one for one in self.datasets if not names or one.name in names)


def read_recipe(path: str | os.PathLike[str]) -> Recipe:
    """Read a recipe and check all of it that can be checked without a call.

    Raises
    ------
    ConfigError
        If it cannot be read, or says what cannot be; the line is named.
    """
    file = Path(path).expanduser()
    reason = None
    try:
        text = file.read_text(encoding="utf-8-sig")
        content = tomllib.loads(text)
    except OSError as error:
        raise ConfigError(
            f"Cannot read the recipe {file}: {error.strerror}.", hint="Check its name."
        ) from None
    except ValueError as error:
        reason = str(error)
    if reason is not None:
        # Not within the except: that error holds the text, and might be shown with it.
        raise ConfigError(f"{file.name} is no TOML: {reason}.", hint="Strings need quotes.")
    return _recipe(Table(content, (), Source(file.name, text)), file.absolute().parent)


def _recipe(top: Table, folder: Path) -> Recipe:
    top.only(("root", "workspace", "dataset"), "A recipe")
    root = top.needed("root", '"data"')
    if re.fullmatch(r"[\w+.-]+:/*", root):
        raise top.error("root", f"{root} names no folder.", 'Write root = "s3://bucket/folder".')
    if "://" not in root:
        # Whoever runs it, from wherever: cron begins in the home folder.
        root = str(folder / Path(root).expanduser())
    given = top.values.get("workspace", {})
    if not isinstance(given, dict):
        raise top.error("workspace", "workspace is a table.", "Write [workspace] above its keys.")
    workspace = _workspace(Table(given, ("workspace",), top.source), folder)
    items = top.values.get("dataset")
    if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
        raise top.error(
            "dataset" if items else None,
            "there is no data set.",
            "Write [[dataset]], with name, kind and analysis below it.",
        )
    datasets: list[DatasetSpec] = []
    for position, item in enumerate(items):
        table = Table(item, ("dataset", position), top.source)
        spec = _dataset(table, position, folder)
        twin = next((one for one in datasets if one.name.lower() == spec.name.lower()), None)
        if twin:
            raise table.error("name", f"{spec.name!r} is there already: {twin.place()}.")
        datasets.append(spec)
    return Recipe(top.source.name, root, folder, tuple(datasets), workspace)


def _workspace(table: Table, folder: Path) -> dict[str, Any]:
    table.only(_SETTINGS, "[workspace]")
    found: dict[str, Any] = {name: table.text(name) for name in _SETTINGS if name != "per_second"}
    if found["openapi"]:
        found["openapi"] = str(folder / Path(found["openapi"]).expanduser())
    try:
        zone(found["tz"])
    except ConfigError as error:
        raise table.error("tz", error.message, error.hint) from None
    found["per_second"] = table.number("per_second")
    return {name: value for name, value in found.items() if value is not None}


def _dataset(table: Table, position: int, folder: Path) -> DatasetSpec:
    every_key = {"name", "kind", "analysis", "variables", *_BULK}.union(*_OF_KIND.values())
    table.only(every_key, "A data set")
    name, kind = table.name(), table.choice("kind", KINDS, table.needed("kind", '"trend"'))
    own = (*_BULK, "every") if kind == "profiles" else ("analysis", "variables", *_OF_KIND[kind])
    for key in table.values:
        if key not in ("name", "kind", *own):
            raise table.error(
                key, f"a data set of kind {kind} takes no {key}.", f"It takes {', '.join(own)}."
            )
    if kind == "profiles":
        return _profiles(table, name, position, folder)
    analyses = table.texts("analysis")
    if not analyses:
        raise table.error(None, "analysis is missing.", 'Add analysis = "its name or id".')
    since = table.day("from")
    if since is None:
        _without_windows(table, kind)
    elif "every" in table.values:
        raise table.error(
            "every", "with from, windows say what is due.", "Leave every out, or from."
        )
    window = table.choice("window", UNITS[:3], "month")
    interval = table.length("interval", "1D" if kind in BUCKETED else None)
    if interval and not fits(interval, window):
        raise table.error(
            "interval",
            f"buckets of {interval.value} {interval.unit.lower()} do not fill a {window} evenly.",
            'Hours that divide a day fit each window, and so does "1D"; "1W" fits window = "week", '
            '"1M" window = "month".',
        )
    return DatasetSpec(
        name,
        kind,
        table.source,
        position,
        analyses,
        since,
        window,
        f"{interval.value} {interval.unit.lower()}" if interval else None,
        table.length("look_back"),
        table.length("every"),
        _partition(table, kind, window) if since else (),
        table.mapping("filter"),
        table.mapping("variables"),
    )


def _without_windows(table: Table, kind: str) -> None:
    if kind in BUCKETED:
        raise table.error(None, f"a {kind} needs from.", 'Add from = "2024-01-01".')
    for key in ("window", "look_back", "partition"):
        if key in table.values:
            raise table.error(
                key, f"{key} needs from.", 'Add from = "2024-01-01", or leave it out.'
            )


def time_column(kind: str) -> str:
    """Give the column that says which window a row is of."""
    return "bucket_start" if kind in BUCKETED else "window_start"


def _partition(table: Table, kind: str, window: str) -> tuple[str, ...]:
    """Give the folders: one of them by time, and none that holds a part of another window."""
    column = time_column(kind)
    keys = table.texts("partition") or (f"{column}:{window}",)
    for key in PERSONS.intersection(keys):
        raise table.error(
            "partition", f"folders by {key} are called as persons are.", "Take another column."
        )
    units = [key.partition(":")[2] for key in keys if key.partition(":")[0] == column]
    hint = f'Write partition = ["{column}:{window}"], or leave it out.'
    if len(units) != 1 or units[0] not in UNITS:
        raise table.error("partition", f"the folders need {column} with its unit.", hint)
    fits = {"day": ("day",), "week": ("day", "week"), "month": ("day", "month")}[window]
    if units[0] not in fits:
        raise table.error(
            "partition", f"a folder of a {units[0]} would hold parts of several windows.", hint
        )
    return keys


def _profiles(table: Table, name: str, position: int, folder: Path) -> DatasetSpec:
    ids = table.needed("ids", '"profiles.parquet"')
    asked = {key: table.texts(key) for key in ("aggregates", "expressions", "segmentations")}
    if not any(asked.values()):
        raise table.error(
            None, "nothing is asked of the profiles.", 'Add aggregates = ["…"], for one.'
        )
    bulk = {
        "ids": str(folder / Path(ids).expanduser()),
        "column": table.text("column"),
        "by": table.choice("by", IDENTIFIERS, "id"),
        "keep": table.choice("keep", ("latest", "days"), "latest"),
        **asked,
    }
    daily = bulk["keep"] == "days"
    return DatasetSpec(
        name,
        "profiles",
        table.source,
        position,
        window="day",
        every=table.length("every", "1 day"),
        partition=("window_start:day",) if daily else (),
        bulk=bulk,
    )
