"""One family of errors: what went wrong, whether to try again, and what to do next."""

from __future__ import annotations

from typing import Any, ClassVar

from synerise_frames.brief import brief

__all__ = [
    "AuthError",
    "BulkError",
    "ConfigError",
    "DatasetError",
    "InvalidRequest",
    "NotFound",
    "OfflineMiss",
    "PathNotVerified",
    "PermissionDenied",
    "RateLimited",
    "ServerError",
    "ShapeError",
    "SyneriseError",
    "SyneriseWarning",
    "TransportError",
    "UnverifiedPathWarning",
]


class SyneriseError(Exception):
    """Base of every error that this library raises on purpose.

    Attributes
    ----------
    code : str
        A stable name for programs, such as ``"not_found"``.
    http_status : int or None
        Status of the answer that caused it, if there was one.
    retry_after : float or None
        Seconds to wait before another try, if the server said so.
    retryable : bool
        Whether the same call may succeed later.
    hint : str
        What to do next.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> try:
    ...     sf.between("2024-02-01", "2024-01-01")
    ... except sf.SyneriseError as error:
    ...     print(error.code)
    config
    """

    default_code: ClassVar[str] = "error"
    default_retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        http_status: int | None = None,
        retry_after: float | None = None,
        retryable: bool | None = None,
        hint: str = "",
    ) -> None:
        self.message = brief(message)
        self.code = code or self.default_code
        self.http_status = http_status
        self.retry_after = retry_after
        self.retryable = self.default_retryable if retryable is None else retryable
        self.hint = brief(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}\n  -> {self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        # Keyword-only arguments do not survive the default pickling of exceptions.
        return (_rebuild, (type(self), self.to_dict()))

    def to_dict(self) -> dict[str, Any]:
        """Give the error as plain JSON data, free of secrets."""
        return {
            "error": type(self).__name__,
            "code": self.code,
            "message": self.message,
            "http_status": self.http_status,
            "retry_after": self.retry_after,
            "retryable": self.retryable,
            "hint": self.hint,
        }


def _rebuild(cls: type[SyneriseError], data: dict[str, Any]) -> SyneriseError:
    fields = {k: data[k] for k in ("code", "http_status", "retry_after", "retryable", "hint")}
    return cls(data["message"], **fields)


class ConfigError(SyneriseError, ValueError):
    """An argument, a setting or an installed extra is missing or wrong.

    Nothing was sent. Change what the text names; ``sf.show_config()`` shows the settings in
    effect.
    """

    default_code = "config"


class AuthError(SyneriseError):
    """The key, user or token was refused.

    Check the key, its host and its scope (Workspace): ``sf.show_config()``,
    ``synerise-frames doctor``.
    """

    default_code = "auth"


class PermissionDenied(SyneriseError):
    """The key is valid, but lacks a permission (the hint names it).

    Add the permission to the key, or use another key; ``ws.check_permissions()`` shows all.
    """

    default_code = "permission_denied"


class NotFound(SyneriseError, LookupError):
    """There is no such analysis, profile or directory.

    See what there is: ``find(name)`` lists close matches, ``ws.catalog()`` everything.
    """

    default_code = "not_found"


class PathNotVerified(SyneriseError):
    """The server does not know a path that the library had to guess.

    Import the OpenAPI file (``synerise-frames openapi import FILE``), or probe
    (``synerise-frames doctor --probe``), or name the path in ``paths=``.
    """

    default_code = "path_not_verified"


class InvalidRequest(SyneriseError, ValueError):
    """The server refused the request as malformed.

    Compare the definition, the filter or the variables with those of an analysis that works.
    """

    default_code = "invalid_request"


class RateLimited(SyneriseError):
    """The server's limit was reached and stayed reached over all retries.

    Wait for ``retry_after`` seconds, or send less: ``limits=sf.RateLimits(per_second=…)``.
    """

    default_code = "rate_limited"
    default_retryable = True


class ServerError(SyneriseError):
    """The server failed (5xx), over all retries.

    Try again later; kept answers still work with ``offline=True``.
    """

    default_code = "server_error"
    default_retryable = True


class TransportError(SyneriseError):
    """No usable answer arrived: no connection, a cut one, a time-out.

    Check the host and the network; for slow calculations raise the limits of
    ``sf.RetryPolicy``.
    """

    default_code = "transport"
    default_retryable = True


class OfflineMiss(SyneriseError):
    """Offline, and the answer was never fetched before, or is not kept any more.

    Make the same call once without ``offline=True``.
    """

    default_code = "offline_miss"


class ShapeError(SyneriseError):
    """An answer arrived that the reader cannot read.

    Look at its form with ``sf.frames.describe_shape(payload)``, or leave out ``strict=True``.

    ``path`` is the JSON path of the first place that was not understood.
    """

    default_code = "shape"

    def __init__(self, message: str, *, path: str = "$", **fields: Any) -> None:
        self.path = path
        super().__init__(message, **fields)

    def to_dict(self) -> dict[str, Any]:
        """Give the error as plain JSON data, with the JSON path."""
        return {**super().to_dict(), "path": self.path}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild_shape, (self.to_dict(),))


def _rebuild_shape(data: dict[str, Any]) -> ShapeError:
    fields = {k: data[k] for k in ("code", "http_status", "retry_after", "retryable", "hint")}
    return ShapeError(data["message"], path=data["path"], **fields)


class DatasetError(SyneriseError):
    """A data set cannot be written or read: of another kind, changed by hand, in use, no room.

    Do what the text says; no reader sees half of a change that failed.
    """

    default_code = "dataset"


class BulkError(SyneriseError):
    """A bulk run as a whole failed, or some of its calls did and the caller asked to know.

    Look at ``result.failed()``; ``result.retry_failed()`` or ``sf.resume(journal)`` goes on.
    """

    default_code = "bulk"


class SyneriseWarning(UserWarning):
    """Base of the library's warnings."""


class UnverifiedPathWarning(SyneriseWarning):
    """A call goes to a path that is not printed in the reference."""
