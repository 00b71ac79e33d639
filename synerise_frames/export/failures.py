"""What a disk or a server says, told as an error of a data set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from synerise_frames.errors import DatasetError
from synerise_frames.redact import redact


@contextmanager
def reading(root: str) -> Iterator[None]:
    """Tell what keeps somebody from reading below `root`."""
    with told(f"Cannot read {root}", "Check that it is there, and your rights to read it."):
        yield


@contextmanager
def told(what: str, hint: str) -> Iterator[None]:
    """Raise what goes wrong within as a :class:`DatasetError`."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise DatasetError(redact(f"{what}: {error}"), hint=hint) from None
