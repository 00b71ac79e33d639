"""Checks of this machine and its settings: zone, cache folder, paths."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from synerise_frames.doctor.row import Row
from synerise_frames.periods import Zone, zone
from synerise_frames.wire.operations import OPERATIONS
from synerise_frames.wire.paths import PathBook

__all__ = ["check_folder", "check_paths", "check_zone"]

_LITTLE_SPACE = 100 * 1024 * 1024


def check_zone(given: Zone, told: str | None) -> Row:
    """Say which zone is in effect; the server knows the workspace's only for users."""
    if given is None:
        return Row(
            "zone",
            "warning",
            "none given: times are shown in UTC, days end at midnight UTC"
            + (f"; the workspace says {told}" if told else ""),
            f"Set SYNERISE_TZ{f'={told}' if told else ''} or pass tz= (the workspace's zone).",
        )
    offset = datetime.now(UTC).astimezone(zone(given)).strftime("%z")
    detail = f"{given}, today UTC{offset[:3]}:{offset[3:5]}"
    if told and told != str(given):
        return Row(
            "zone",
            "warning",
            f"{detail}; the workspace says {told}",
            f"Set SYNERISE_TZ={told} or pass tz=: days of another zone have other numbers.",
        )
    return Row("zone", "ok", detail)


def check_folder(folder: Path) -> Row:
    """Say whether answers can be kept in a folder, and whether only this user can read them."""
    try:
        return _folder(Path(folder))
    except OSError as error:
        return Row(
            "cache folder",
            "failed",
            f"{folder}: {error.strerror or type(error).__name__}",
            "Set SYNERISE_CACHE_DIR to a folder of your own; without one nothing is kept.",
        )


def _folder(folder: Path) -> Row:
    hint = "Set SYNERISE_CACHE_DIR to a folder of your own; without one nothing is kept."
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        return Row("cache folder", "failed", f"{folder}: {there} is no folder", hint)
    if there == folder:
        # To ask for permissions is not enough: read-only file systems refuse all the same.
        with tempfile.TemporaryFile(dir=folder):
            pass
    elif not os.access(there, os.W_OK | os.X_OK):
        return Row("cache folder", "failed", f"{folder} cannot be made in {there}", hint)
    free = shutil.disk_usage(there).free
    space = f"{free // 1024**2:,} MB free"
    if free < _LITTLE_SPACE:
        return Row("cache folder", "warning", f"{folder}: {space}", "Free some space.")
    if there != folder:
        return Row("cache folder", "ok", f"{folder}: not there yet, can be made; {space}")
    mode = stat.S_IMODE(folder.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        return Row(
            "cache folder",
            "warning",
            f"{folder}: others may look into it (mode {mode:o}); {space}",
            f"chmod 700 {folder}",
        )
    return Row("cache folder", "ok", f"{folder}: writable, private; {space}")


def check_paths(paths: PathBook) -> Row:
    """Count the operations by where their paths are known from."""
    rows = OPERATIONS.values()
    verified = [op for op in rows if paths.verified(op)]
    sources = Counter(paths.route(op).source for op in rows)
    counted = ", ".join(f"{source} {count}" for source, count in sources.most_common())
    detail = f"{len(verified)} of {len(OPERATIONS)} verified ({counted})"
    open_ = [op for op in rows if not paths.verified(op)]
    if not open_:
        return Row("paths", "ok", detail)
    reads = sum(op.reads for op in open_)
    probe = "'synerise-frames doctor --probe' (reads and calculations) or " if reads else ""
    return Row(
        "paths",
        "warning",
        f"{detail}; not verified: {reads} that read or calculate, {len(open_) - reads} others",
        f"Run {probe}'synerise-frames openapi import FILE' (all).",
    )
