"""A frame as a Parquet file that a browser saves: a link which holds the file itself."""

from __future__ import annotations

import base64
from html import escape

import pandas as pd

from synerise_frames.export.parquet import to_bytes
from synerise_frames.readable import size

#: Larger files would be sent to the browser with every change.
LIMIT = 2_000_000


def file_name(frame: pd.DataFrame) -> str:
    """Give the file a name after its analysis, which every system takes.

    >>> frame = pd.DataFrame()
    >>> frame.attrs["analysis_name"] = "Fresh revenue / month"
    >>> file_name(frame)
    'fresh-revenue-month.parquet'
    """
    name = str(frame.attrs.get("analysis_name") or frame.attrs.get("kind") or "frame")
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in name.lower())
    return f"{'-'.join(kept.split())[:60].strip('-') or 'frame'}.parquet"


def link(frame: pd.DataFrame, limit: int = LIMIT) -> str:
    """Give the link as HTML; words that say what to do instead, where the file is too large.

    Raises
    ------
    ConfigError
        If a column has no Parquet type.
    """
    content = to_bytes(frame, "frame.parquet")
    name = file_name(frame)
    if len(content) > limit:
        return (
            f'<span class="sf-muted">{size(len(content))} of Parquet is too much for a link: '
            f'explorer.to_parquet("{escape(name)}") writes the file.</span>'
        )
    data = base64.b64encode(content).decode()
    return (
        f'<a class="sf-link" download="{escape(name)}" '
        f'href="data:application/vnd.apache.parquet;base64,{data}">'
        f"Download Parquet <small>({size(len(content))})</small></a>"
    )
