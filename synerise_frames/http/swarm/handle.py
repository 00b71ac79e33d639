"""One transfer of libcurl: options set once, then filled anew for each call."""

from __future__ import annotations

import os

import certifi
import pycurl

from synerise_frames.http.retry import RetryPolicy, parse_retry_after
from synerise_frames.http.session import USER_AGENT
from synerise_frames.http.surroundings import Surroundings
from synerise_frames.http.swarm.call import Call
from synerise_frames.redact import HiddenText

# No answer for a profile is so large, and dozens arrive at once.
_LARGEST = 64 << 20


class Handle:
    """One of many transfers; it keeps its connection between calls.

    Parameters
    ----------
    base_url : str
        Scheme and host.
    around : Surroundings
        The way there.
    retry : RetryPolicy
        How long to wait.
    """

    def __init__(self, base_url: str, around: Surroundings, retry: RetryPolicy) -> None:
        self.header: str | None = None
        self._base_url = base_url
        self._retry = retry
        self._head: tuple[str | None, str] | None = None
        self._way: tuple[str, str] | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self._lines: list[bytes] = []
        self.curl = curl = pycurl.Curl()
        curl.setopt(pycurl.NOSIGNAL, 1)
        curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
        # A redirect would carry the token to another host.
        curl.setopt(pycurl.FOLLOWLOCATION, 0)
        curl.setopt(pycurl.TCP_NODELAY, 1)
        curl.setopt(pycurl.ACCEPT_ENCODING, "")
        curl.setopt(pycurl.USERAGENT, USER_AGENT)
        curl.setopt(pycurl.MAXFILESIZE, _LARGEST)
        curl.setopt(pycurl.NETRC, pycurl.NETRC_IGNORED)
        curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
        curl.setopt(pycurl.CONNECTTIMEOUT_MS, _millis(retry.connect_timeout))
        # Nothing in these can fail inside libcurl.
        curl.setopt(pycurl.WRITEFUNCTION, self._take)
        curl.setopt(pycurl.HEADERFUNCTION, self._lines.append)
        self._trust(around)

    def _trust(self, around: Surroundings) -> None:
        curl, bundle = self.curl, around.bundle or certifi.where()
        curl.setopt(pycurl.SSL_VERIFYPEER, 1)
        curl.setopt(pycurl.SSL_VERIFYHOST, 2)
        curl.setopt(pycurl.SSLVERSION, pycurl.SSLVERSION_TLSv1_2)
        folder = os.path.isdir(bundle)
        # Bytes: pycurl takes no text but ASCII, and an environment may lie in anybody's folder.
        place = os.fsencode(bundle)
        # The other one of the two is cleared: a libcurl may have been built with both, would
        # trust both, and parse a file anew for each connection where there is a folder too.
        curl.unsetopt(pycurl.CAINFO if folder else pycurl.CAPATH)
        curl.setopt(pycurl.CAPATH if folder else pycurl.CAINFO, place)
        # Empty, so that libcurl does not look into the environment on its own.
        curl.setopt(pycurl.PROXY, (around.proxy or "").encode())
        curl.setopt(pycurl.NOPROXY, "")
        if around.proxy:
            curl.setopt(pycurl.HEADEROPT, pycurl.HEADER_SEPARATE)
            curl.setopt(pycurl.PROXY_CAPATH if folder else pycurl.PROXY_CAINFO, place)

    def fill(self, call: Call, header: str | None, left: float) -> None:
        """Make ready for a call that has so many seconds left."""
        curl = self.curl
        self.header = header
        self._parts.clear()
        self._size = 0
        self._lines.clear()
        if self._head != (header, call.accept):
            self._head = (header, call.accept)
            lines = [f"Accept: {call.accept}", "Content-Type: application/json", "Expect:"]
            if header:
                lines.append(HiddenText(f"Authorization: {header}"))
            curl.setopt(pycurl.HTTPHEADER, lines)
        way = (call.path, call.method)
        if self._way != way:
            self._way = way
            curl.setopt(pycurl.URL, self._base_url + call.path)
            curl.setopt(pycurl.HTTPGET if call.method == "GET" else pycurl.POST, 1)
            curl.setopt(pycurl.CUSTOMREQUEST, call.method)
        if call.method != "GET":
            # Without a body too: some servers insist on hearing that its length is 0.
            curl.setopt(pycurl.POSTFIELDS, call.body or b"")
        curl.setopt(pycurl.TIMEOUT_MS, _millis(min(self._retry.read_timeout, left)))

    def _take(self, part: bytes) -> int:
        """Take a part of an answer, unless there is no end of it."""
        self._size += len(part)
        # libcurl's own limit counts what is sent, and a packed answer is many times that.
        if self._size > _LARGEST:
            return 0
        self._parts.append(part)
        return len(part)

    def status(self) -> int:
        """Give the status of the answer."""
        return int(self.curl.getinfo(pycurl.RESPONSE_CODE))

    def content(self) -> bytes:
        """Give the body of the answer."""
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)

    def content_type(self) -> str:
        """Give the type of the body."""
        # Raw: a server may send what is no ASCII.
        return (self.curl.getinfo_raw(pycurl.CONTENT_TYPE) or b"").decode("latin-1")

    def retry_after(self) -> float | None:
        """Give the seconds that the server asks to wait."""
        for line in reversed(self._lines):
            # What a proxy said before counts no more.
            if line.startswith(b"HTTP/"):
                return None
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"retry-after":
                return parse_retry_after(value.decode("latin-1").strip())
        return None

    def close(self) -> None:
        """Forget everything."""
        self.curl.close()


def _millis(seconds: float) -> int:
    return max(int(seconds * 1000), 1)
