"""Certificates are always verified: by the usual authorities, or those that the variables name."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from synerise_frames.errors import ConfigError
from synerise_frames.http.retry import RetryPolicy
from synerise_frames.http.tokens import FixedToken

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def bundle(ca: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "ca.pem"
    ca.cert_pem.write_to_path(path)
    return path


def context_of(ca: trustme.CA, name: str = "127.0.0.1", **more: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name, key_type=trustme.KeyType.ECDSA, **more).configure_cert(context)
    return context


@pytest.mark.parametrize("variable", VARIABLES)
def test_an_authority_of_ones_own(
    serve: Callable[..., Any],
    send: Callable[..., Any],
    ca: trustme.CA,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    monkeypatch.setenv(variable, str(bundle))
    peer = serve(context_of(ca))
    outcomes = send([b"%d" % i for i in range(50)], base_url=peer.url, connections=4)
    assert [o.content for o in outcomes] == [b"%d" % i for i in range(50)]
    assert peer.connections <= 4


def test_an_authority_in_a_folder_of_any_name(
    serve: Callable[..., Any],
    send: Callable[..., Any],
    ca: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = tmp_path / "Józef's środowisko"
    folder.mkdir()
    ca.cert_pem.write_to_path(folder / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "ca.pem"))
    (outcome,) = send([b"1"], base_url=serve(context_of(ca)).url)
    assert outcome.content == b"1"


def test_a_folder_of_authorities(
    serve: Callable[..., Any],
    send: Callable[..., Any],
    ca: trustme.CA,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Only what a hash names is looked at in a folder, so this one holds nothing.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle.parent))
    peer = serve(context_of(ca))
    (outcome,) = send([b"1"], base_url=peer.url)
    assert outcome.error.code == "tls"
    assert peer.asked == []


def refused(serve: Callable[..., Any], send: Callable[..., Any], context: ssl.SSLContext) -> None:
    peer = serve(context)
    outcomes = send([b"1", b"2"], base_url=peer.url, auth=FixedToken("token-of-the-tls-tests"))
    assert {(o.status, o.content, o.error.code) for o in outcomes} == {(None, b"", "tls")}
    # Another try would be refused too, and the request was never sent.
    assert {o.attempts for o in outcomes} == {1}
    assert "REQUESTS_CA_BUNDLE" in outcomes[0].error.hint
    assert peer.asked == []


def test_an_unknown_authority_is_refused(
    serve: Callable[..., Any], send: Callable[..., Any], ca: trustme.CA, bundle: Path
) -> None:
    refused(serve, send, context_of(ca))


def test_a_certificate_of_another_host_is_refused(
    serve: Callable[..., Any],
    send: Callable[..., Any],
    ca: trustme.CA,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    refused(serve, send, context_of(ca, "api.example.com"))


def test_a_certificate_that_is_over_is_refused(
    serve: Callable[..., Any],
    send: Callable[..., Any],
    ca: trustme.CA,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    over = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    refused(serve, send, context_of(ca, not_after=over))


def test_an_old_protocol_is_refused(
    serve: Callable[..., Any],
    send: Callable[..., Any],
    ca: trustme.CA,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    context = context_of(ca)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1 is deprecated"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1_1 is deprecated"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    peer = serve(context)
    (outcome,) = send([b"1"], base_url=peer.url, retry=RetryPolicy(attempts=1))
    assert outcome.status is None
    assert peer.asked == []


def test_a_bundle_that_is_not_there_is_told(
    swarm: Callable[..., Any], bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle.with_name("none.pem")))
    with pytest.raises(ConfigError, match="REQUESTS_CA_BUNDLE"):
        swarm()


def test_a_bundle_that_is_none(
    serve: Callable[..., Any],
    send: Callable[..., Any],
    ca: trustme.CA,
    bundle: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bundle.write_text("no certificates here")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    refused(serve, send, context_of(ca))


@contextmanager
def hanging_up() -> Iterator[int]:
    """Listen, read a little, and hang up in the middle of the handshake."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    one, _ = server.accept()
                except OSError:
                    return
                with one:
                    one.recv(64)

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_a_handshake_that_is_cut_is_tried_again(send: Callable[..., Any], bundle: Path) -> None:
    with hanging_up() as port:
        (outcome,) = send([b"1"], base_url=f"https://127.0.0.1:{port}")
    assert outcome.attempts == 3
    assert outcome.error.retryable


def test_a_server_without_tls(peer: Any, send: Callable[..., Any], bundle: Path) -> None:
    (outcome,) = send([b"1"], base_url=peer.url.replace("http:", "https:"))
    assert outcome.status is None
    assert peer.asked == []
