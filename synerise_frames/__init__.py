"""The pandas toolkit for the Synerise Analytics Suite.

Every calculation of the API as a tidy, typed DataFrame. ``ws = sf.demo()`` needs no account.
"""

import logging

from synerise_frames import errors, frames, schema
from synerise_frames._version import __version__
from synerise_frames.comparing import compare
from synerise_frames.config import show_config
from synerise_frames.connecting import connect, demo, resume
from synerise_frames.errors import (
    AuthError,
    BulkError,
    ConfigError,
    DatasetError,
    InvalidRequest,
    NotFound,
    OfflineMiss,
    PathNotVerified,
    PermissionDenied,
    RateLimited,
    ServerError,
    ShapeError,
    SyneriseError,
    SyneriseWarning,
    TransportError,
    UnverifiedPathWarning,
)
from synerise_frames.export.dataset import write_dataset
from synerise_frames.export.reading import read_dataset
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.periods import between, last
from synerise_frames.plotting import accessor as _accessor
from synerise_frames.widgets import notebook as _notebook
from synerise_frames.wire.freshness import CachePolicy
from synerise_frames.wire.limits import RateLimits
from synerise_frames.workspace import Workspace

__all__ = [
    "AuthError",
    "BulkError",
    "CachePolicy",
    "ConfigError",
    "DatasetError",
    "InvalidRequest",
    "NotFound",
    "OfflineMiss",
    "PathNotVerified",
    "PermissionDenied",
    "RateLimited",
    "RateLimits",
    "RetryPolicy",
    "ServerError",
    "ShapeError",
    "SyneriseError",
    "SyneriseWarning",
    "TransportError",
    "UnverifiedPathWarning",
    "Workspace",
    "__version__",
    "between",
    "compare",
    "connect",
    "demo",
    "errors",
    "frames",
    "last",
    "read_dataset",
    "resume",
    "schema",
    "show_config",
    "write_dataset",
]


logging.getLogger("synerise_frames").addHandler(logging.NullHandler())

_accessor.register()
_notebook.register()
