"""What the exit codes mean: one table for the program, its help and the documentation."""

from __future__ import annotations

from synerise_frames.errors import (
    AuthError,
    ConfigError,
    NotFound,
    PermissionDenied,
    SyneriseError,
)

OK = 0
FAILED = 1
USAGE = 2
BUSY = 3
NOT_FOUND = 4
REFUSED = 5
LATER = 6
STOPPED = 130
TERMINATED = 143

EXIT_CODES = {
    OK: "success",
    FAILED: "failure, or a part failed: the output says which",
    USAGE: "wrong usage or settings; nothing was sent",
    BUSY: "somebody else is at the same files: another run or sync",
    NOT_FOUND: "there is no such analysis, profile or directory",
    REFUSED: "the key is refused, or lacks a permission",
    LATER: "the server cannot be reached, fails or is busy: try again later",
    STOPPED: "ended by Ctrl-C",
    TERMINATED: "ended by SIGTERM, in the same way",
}

#: Codes of errors that say that files are in use.
_IN_USE = frozenset({"journal_in_use", "dataset_in_use", "folder_in_use", "busy"})


def code_of(error: SyneriseError) -> int:
    """Give the exit code of an error.

    >>> code_of(NotFound("There is no metric named 'Revenu'."))
    4
    """
    if isinstance(error, ConfigError):
        return USAGE
    if isinstance(error, NotFound):
        return NOT_FOUND
    if isinstance(error, AuthError | PermissionDenied):
        return REFUSED
    if error.code in _IN_USE:
        return BUSY
    return LATER if error.retryable else FAILED


def in_words() -> str:
    """Give the table as lines of a help text, which click leaves as they are."""
    return "\n".join(["\b", "Exit codes:"] + [f"  {n:>3}  {s}" for n, s in EXIT_CODES.items()])
