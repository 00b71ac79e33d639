"""From libcurl's errors to ours: the same words as for single calls."""

from __future__ import annotations

from urllib.parse import urlsplit

import pycurl

from synerise_frames.errors import TransportError
from synerise_frames.http.client import too_large

#: The code of a transfer that took too long.
LATE = pycurl.E_OPERATION_TIMEDOUT

_TLS = {
    pycurl.E_PEER_FAILED_VERIFICATION,
    pycurl.E_SSL_CACERT_BADFILE,
    pycurl.E_SSL_ISSUER_ERROR,
}
_PROXY = {pycurl.E_COULDNT_RESOLVE_PROXY}
_ADDRESS = {pycurl.E_URL_MALFORMAT, pycurl.E_UNSUPPORTED_PROTOCOL}


def transport_error(code: int, base_url: str, method: str, path: str) -> TransportError:
    """Give the error for a transfer that ended with this code of libcurl."""
    where = f"{method} {path} at {urlsplit(base_url).netloc}"
    if code in _TLS:
        return TransportError(
            f"{where}: the server's certificate was refused.",
            code="tls",
            retryable=False,
            hint="Set REQUESTS_CA_BUNDLE to your organisation's CA file.",
        )
    if code == LATE:
        return TransportError(
            f"{where}: no answer in time.",
            code="timeout",
            hint="Connect with retry=RetryPolicy(read_timeout=..., deadline=...).",
        )
    if code in _PROXY:
        return TransportError(
            f"{where}: the proxy's address is none.",
            code="proxy",
            retryable=False,
            hint="Set HTTPS_PROXY as 'http://proxy.example:8080'.",
        )
    if code in _ADDRESS:
        return TransportError(
            f"{where}: this is no address.",
            code="address",
            retryable=False,
            hint="Give host= as 'https://api.synerise.com'.",
        )
    if code == pycurl.E_FILESIZE_EXCEEDED:
        return too_large(where)
    return TransportError(
        f"{where}: no connection, or it was cut (libcurl's error {code}).",
        hint="Check the host, your network and HTTPS_PROXY; "
        "sf.show_config() says which host is in effect.",
    )


def failing(base_url: str, status: int) -> TransportError:
    """Give the error for a server that has failed everybody for long."""
    return TransportError(
        f"The server at {urlsplit(base_url).netloc} fails with status {status}.",
        code="failing",
        http_status=status,
        hint="Try again later.",
    )
