"""Calls that no answer came to: one sentence and one next step for each cause."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import requests
import urllib3

from synerise_frames.errors import TransportError

Cause = Literal[
    "certificate", "tls", "late", "proxy_address", "proxy_lost", "proxy_refused", "address",
    "unknown_host", "refused", "cut", "too_large",
]  # fmt: skip

_CERTIFICATE = ssl.SSLCertVerificationError
# The first one that fits counts: what is said of a proxy holds what the proxy met.
_KINDS: tuple[tuple[tuple[type[BaseException], ...], Cause], ...] = (
    ((_CERTIFICATE,), "certificate"),
    ((requests.exceptions.SSLError,), "tls"),
    (
        (
            requests.exceptions.ConnectTimeout,
            requests.ReadTimeout,
            urllib3.exceptions.ReadTimeoutError,
        ),
        "late",
    ),
    ((requests.exceptions.InvalidProxyURL,), "proxy_address"),
    ((requests.exceptions.InvalidURL, requests.exceptions.MissingSchema), "address"),
    ((urllib3.exceptions.ProxyError,), "proxy_lost"),
    ((urllib3.exceptions.NameResolutionError,), "unknown_host"),
    ((ConnectionRefusedError,), "refused"),
)
_SHOWN = "sf.show_config() says which host is in effect."


@dataclass(frozen=True)
class _Told:
    words: str
    hint: str
    code: str = "transport"
    retryable: bool = True


_TOLD: dict[Cause, _Told] = {
    "certificate": _Told(
        "the server's certificate was refused",
        "Set REQUESTS_CA_BUNDLE to your organisation's CA file.",
        "tls",
        retryable=False,
    ),
    "tls": _Told(
        "it does not speak TLS, or not one that is safe",
        f"Check the host and its port; {_SHOWN}",
        "tls",
        retryable=False,
    ),
    "late": _Told(
        "no answer in time",
        "Ask for a shorter window, or connect with "
        "retry=RetryPolicy(read_timeout=..., deadline=...).",
        "timeout",
    ),
    "proxy_address": _Told(
        "the proxy's address is none",
        "Set HTTPS_PROXY as 'http://proxy.example:8080'.",
        "proxy",
        retryable=False,
    ),
    "proxy_lost": _Told(
        "no connection, for the proxy was not reached",
        "Correct or remove HTTPS_PROXY, or except the host by NO_PROXY.",
    ),
    "proxy_refused": _Told(
        "no connection, for the proxy refused it",
        "With status 407 the proxy wants a login: write user and password into HTTPS_PROXY, before "
        "its host. Otherwise ask who runs it to allow the host.",
    ),
    "address": _Told(
        "this is no address",
        "Give host= as 'https://api.synerise.com'.",
        "address",
        retryable=False,
    ),
    "unknown_host": _Told(
        "no connection, for the name of the host was not found (DNS)",
        f"Check the host's spelling, and your network or VPN; {_SHOWN}",
    ),
    "refused": _Told(
        "no connection, for it was refused: nothing listens there",
        f"Check the host and its port; {_SHOWN}",
    ),
    "cut": _Told(
        "no connection, or it was cut",
        f"Check the host, your network and HTTPS_PROXY; {_SHOWN}",
    ),
    "too_large": _Told(
        "the answer is far too large for one call",
        "Check host=: this is no answer of the API.",
        retryable=False,
    ),
}


def no_answer(cause: Cause, where: str, detail: str = "") -> TransportError:
    """Give the error for a call that no whole answer came to.

    Parameters
    ----------
    cause : str
        Why.
    where : str
        The call and its host.
    detail : str, default ""
        Shown in brackets: a number or a name, nothing that anybody sent.
    """
    told = _TOLD[cause]
    words = f"{told.words} ({detail})" if detail else told.words
    return TransportError(
        f"{where}: {words}.", code=told.code, retryable=told.retryable, hint=told.hint
    )


def explained(error: Exception, where: str) -> TransportError:
    """Give the error for an exception of requests or urllib3."""
    reasons = list(_reasons(error))
    cause: Cause = next((cause for kinds, cause in _KINDS if _any(reasons, kinds)), "cut")
    detail = ""
    if cause == "certificate":
        detail = next(one.verify_message for one in reasons if isinstance(one, _CERTIFICATE))
    elif cause == "proxy_lost":
        # The words of it hold the proxy's answer, of which the status alone is shown.
        if found := re.search(r"Tunnel connection failed: (\d{3})", str(reasons[-1])):
            cause, detail = "proxy_refused", found[1]
    elif cause == "cut":
        detail = type(error).__name__
    return no_answer(cause, where, detail)


def _any(reasons: list[BaseException], kinds: tuple[type[BaseException], ...]) -> bool:
    return any(isinstance(reason, kinds) for reason in reasons)


def _reasons(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it says about where it comes from, the first cause last."""
    seen: list[BaseException] = []
    while isinstance(error, BaseException) and error not in seen:
        seen.append(error)
        yield error
        held = error.args[0] if error.args else None
        candidates = (
            getattr(error, "reason", None), getattr(error, "original_error", None),
            held, error.__cause__, error.__context__,
        )  # fmt: skip
        error = next((one for one in candidates if isinstance(one, BaseException)), None)
