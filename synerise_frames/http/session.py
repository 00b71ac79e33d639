"""One pool of connections for a host, with the environment read once."""

from __future__ import annotations

from http.cookiejar import DefaultCookiePolicy

import requests

from synerise_frames._version import __version__
from synerise_frames.http.deadline import DeadlineAdapter
from synerise_frames.http.surroundings import look_around

#: What every call says it comes from.
USER_AGENT = f"synerise-frames/{__version__}"


# Threads that wait side by side; more of them open a connection anew for each call.
_CONNECTIONS = 64


def open_session(base_url: str) -> requests.Session:
    """Open a session for one host."""
    session = requests.Session()
    # The environment is looked up here and not again on each call.
    session.trust_env = False
    around = look_around(base_url)
    session.proxies = dict(around.proxies)
    if around.bundle:
        session.verify = around.bundle
    # A cookie of one login would go along with the token of another.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    # Retries are ours (they know which calls may be repeated), so the adapter has none.
    adapter = DeadlineAdapter(pool_connections=2, pool_maxsize=_CONNECTIONS, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.headers["User-Agent"] = USER_AGENT
    return session
