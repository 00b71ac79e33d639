# What `import synerise_frames as sf` offers. The package reads this file and loads each name
# when it is first used; type checkers and editors read it too.
from . import errors, frames, plotting, schema
from ._version import __version__
from .comparing import compare
from .config import show_config
from .connecting import connect, demo, resume
from .errors import (
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
from .export.dataset import write_dataset
from .export.reading import read_dataset
from .http.retry import RetryPolicy
from .periods import between, last
from .syncing import sync
from .wire.freshness import CachePolicy
from .wire.limits import RateLimits
from .workspace import Workspace

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
    "plotting",
    "read_dataset",
    "resume",
    "schema",
    "show_config",
    "sync",
    "write_dataset",
]
