"""From an error answer to the error that an analyst can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from synerise_frames.errors import (
    AuthError,
    ConfigError,
    InvalidRequest,
    NotFound,
    PathNotVerified,
    PermissionDenied,
    RateLimited,
    ServerError,
    ShapeError,
    SyneriseError,
)
from synerise_frames.http.message import Response
from synerise_frames.http.problems import read_problem
from synerise_frames.unnamed import unnamed
from synerise_frames.wire.consent import how_to_put_right
from synerise_frames.wire.operation import Operation
from synerise_frames.wire.paths import Route


def fault(
    op: Operation,
    route: Route,
    response: Response,
    *,
    subject: str,
    verified: bool,
    hidden: str | None = None,
) -> SyneriseError:
    """Give the error for an answer that is not a success.

    Parameters
    ----------
    op : Operation
        What was asked.
    route : Route
        The path in effect.
    response : Response
        What was answered.
    subject : str
        What it was asked about, such as ``trend '71d8…'``.
    verified : bool
        Whether the path is known to be right.
    hidden : str, optional
        What the server's own words may not repeat here.
    """
    words, status = read_problem(response), response.status
    if hidden:
        words = unnamed(words, hidden)
    ending = f": {words}" if words else "."
    if status in (404, 405) and not verified:
        return unverified(op, route, status)
    if status == 404 and op.effect in ("login", "read") and "{" not in op.path:
        return ConfigError(
            f"{op.summary}: this host does not know {route}{ending}",
            http_status=status,
            hint="Check host= or region=: this does not look like the API.",
        )
    cls, sentence, hint = _story(op, status, subject)
    if cls is RateLimited and response.retry_after:
        sentence = f"{sentence}; it asks for a wait of {response.retry_after:.0f} s"
    return cls(
        sentence.removesuffix(".") + ending,
        http_status=status,
        retry_after=response.retry_after,
        hint=hint,
    )


def unname(error: BaseException, values: Mapping[str, str], body: Any) -> None:
    """Take whom a call was about out of an error and of those that led to it."""
    hidden = address_in(values, body)
    one: BaseException | None = error
    while one is not None and hidden:
        if isinstance(one, SyneriseError):
            one.message = unnamed(one.message, hidden)
            one.args = (one.message,)
        if isinstance(one, ShapeError):
            one.path = unnamed(one.path, hidden)
        one = one.__cause__ or one.__context__


def _story(op: Operation, status: int, subject: str) -> tuple[type[SyneriseError], str, str]:
    """Give class, sentence and hint for a status."""
    needed = " and ".join(op.permissions) or "a permission that the reference does not name"
    known: dict[int, tuple[type[SyneriseError], str, str]] = {
        401: (
            AuthError,
            "The server refused the credentials",
            "Check SYNERISE_API_KEY (a workspace key, not a profile key), or username= and "
            "password=, and the host: what one region knows is unknown in the others.",
        ),
        403: (
            PermissionDenied,
            f"{op.summary}: the key may not do this",
            f"In Settings > API keys, give the key {needed}; a user needs a role with it.",
        ),
        404: (NotFound, f"There is no {subject}", _find(op, subject)),
        429: (
            RateLimited,
            f"{op.summary}: the server's limit was reached",
            "Wait, or ask for less at once; RetryPolicy(max_wait=) is the longest wait that a "
            "call makes by itself.",
        ),
    }
    if status in known:
        return known[status]
    if status >= 500:
        story = f"{op.summary}: the server failed with status {status}"
        return ServerError, story, "Try again later; a shorter window may also help."
    if status < 400:
        story = f"{op.summary}: the server sends elsewhere (status {status}), not followed"
        return ConfigError, story, "Check host=: it is the API's host, not the web application's."
    return (
        InvalidRequest,
        f"{op.summary}: the server refused the request (status {status})",
        "Compare the arguments with an existing definition (.get(id)); dicts are sent as they are.",
    )


def unverified(op: Operation, route: Route, status: int) -> PathNotVerified:
    """Give the error for a path that had to be guessed and is not there."""
    return PathNotVerified(
        f"{op.summary}: the server does not know the path {route} (status {status}). "
        f"The reference does not print it (evidence: {route.source}).",
        http_status=status,
        hint=how_to_put_right(op),
    )


def _find(op: Operation, subject: str) -> str:
    if subject.startswith("profile"):
        return (
            "It takes the number that .calculate(id, profile, by=…) gives as client_id."
            if "clientId" in op.path_parameters
            else "Check the identifier, and that by= says what it is."
        )
    family = op.key.split(".")[0]
    if family == "directories":
        return "ws.directories.list(kind) shows what is there."
    if family == "management":
        return "ws.catalog(refresh=True) shows what is there."
    if family == "auth":
        return "ws.auth.workspaces() shows the workspaces of a user."
    if family == "trends":
        return (
            "ws.trends.find(name) gives the id of a trend that ws.trends.remember(id) named; "
            "the API has no list of trends."
        )
    return f"ws.{family}.list() shows what is there; ws.{family}.find(name) gives an id."


def describe(op: Operation, values: Mapping[str, str], body: Any) -> str:
    """Say in words what a call is about, for messages."""
    family = op.key.split(".")[0]
    family = "directory" if family == "directories" else family.removesuffix("s")
    analysis = next((v for k, v in values.items() if k.lower() == f"{family}id"), None)
    profile = values.get("clientId")
    if isinstance(body, Mapping):
        profile = body.get("identifierValue", profile)
    about = f"{family} {analysis!r}" if analysis else ""
    if profile is None:
        return about or f"answer to {op.summary!r}"
    by = values.get("identifierType", "id")
    # The analysis was looked up before anything was blamed, so it is the profile.
    who = f"with this {by}" if address_in(values, body) else f"with id {profile!r}"
    return f"profile {who}" if op.effect == "calculate" else about


def address_in(values: Mapping[str, str], body: Any) -> str | None:
    """Give the identifier of a profile that tells who somebody is; a number does not."""
    given = body.get("identifierValue") if isinstance(body, Mapping) else None
    return given if isinstance(given, str) and values.get("identifierType") != "id" else None
