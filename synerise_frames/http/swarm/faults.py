"""From libcurl's errors to ours: the same words as for single calls."""

from __future__ import annotations

from urllib.parse import urlsplit

import pycurl

from synerise_frames.errors import TransportError
from synerise_frames.http.failures import Cause, no_answer

#: The code of a transfer that took too long.
LATE = pycurl.E_OPERATION_TIMEDOUT

_CAUSES: dict[int, Cause] = {
    pycurl.E_PEER_FAILED_VERIFICATION: "certificate",
    pycurl.E_SSL_CACERT_BADFILE: "certificate",
    pycurl.E_SSL_ISSUER_ERROR: "certificate",
    LATE: "late",
    pycurl.E_COULDNT_RESOLVE_PROXY: "proxy_address",
    pycurl.E_URL_MALFORMAT: "address",
    pycurl.E_UNSUPPORTED_PROTOCOL: "address",
    pycurl.E_COULDNT_RESOLVE_HOST: "unknown_host",
    pycurl.E_FILESIZE_EXCEEDED: "too_large",
    # Nothing else makes what takes the answer refuse it.
    pycurl.E_WRITE_ERROR: "too_large",
}


def transport_error(code: int, base_url: str, method: str, path: str) -> TransportError:
    """Give the error for a transfer that ended with this code of libcurl."""
    cause = _CAUSES.get(code, "cut")
    detail = f"libcurl's error {code}" if cause == "cut" else ""
    return no_answer(cause, f"{method} {path} at {urlsplit(base_url).netloc}", detail)


def failing(base_url: str, status: int) -> TransportError:
    """Give the error for a server that has failed everybody for long."""
    return TransportError(
        f"The server at {urlsplit(base_url).netloc} fails with status {status}.",
        code="failing",
        http_status=status,
        hint="Try again later.",
    )
