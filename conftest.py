"""For all tests: no network beyond this machine, settings from nowhere, one demo workspace."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # In the background of a shell Ctrl-C is switched off, and what tests start would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)

_LOCAL = ("127.0.0.1", "::1", "localhost")
_connect = socket.socket.connect


def _guarded(self: socket.socket, address: object) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6):
        host = address[0] if isinstance(address, tuple) else address
        if host not in _LOCAL:
            raise AssertionError(f"a test wanted to leave this machine: {host}")
    _connect(self, address)  # type: ignore[arg-type]


# A machine that stumbles makes no finding: an example may take as long as it does.
settings.register_profile("any pace", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any pace")


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    socket.socket.connect = _guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the settings of whoever runs the tests out of them."""
    for name in [n for n in os.environ if n.startswith("SYNERISE_") and n != "SYNERISE_CACHE_DIR"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path_factory.getbasetemp() / "no-config"))


@pytest.fixture(scope="session")
def ws() -> Iterator[object]:
    """Give one demo workspace for the whole session."""
    import synerise_frames as sf

    with sf.demo() as workspace:
        yield workspace
