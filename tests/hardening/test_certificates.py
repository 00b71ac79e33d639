"""No certificate is let pass, over any transport, whatever the environment or a file says."""

from __future__ import annotations

import base64
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from distributed import Client, LocalCluster

import synerise_frames as sf
from tests.hardening.calls import KEY
from tests.hardening.conftest import bulk, single
from tests.hardening.server import TOKEN, RawServer, serving, wire

Connect = Callable[..., sf.Workspace]
Ask = Callable[[sf.Workspace], str]


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA(key_type=trustme.KeyType.ECDSA)


@pytest.fixture
def secure(ca: trustme.CA) -> Iterator[RawServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1", key_type=trustme.KeyType.ECDSA).configure_cert(context)

    def wrap(plain: socket.socket) -> socket.socket:
        return context.wrap_socket(plain, server_side=True)

    good = wire(b'{"result": 5}')
    with serving(scheme="https", wrap=wrap, answer=lambda seen: good) as server:
        yield server


Distrusting = Callable[[], sf.Workspace]


@pytest.fixture
def distrusting(
    ca: trustme.CA,
    secure: RawServer,
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Distrusting:
    """Connect so that single calls trust the server, and whatever is opened later does not.

    Bulk runs log in and look for names by single calls before: so it is libcurl that refuses.
    """

    def connected() -> sf.Workspace:
        with monkeypatch.context() as trusting:
            ca.cert_pem.write_to_path(tmp_path / "trusted.pem")
            trusting.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "trusted.pem"))
            ws = connect(host=secure.url)
            assert single(ws) == "5.0"
        secure.seen.clear()
        return ws

    return connected


#: What turns verification off elsewhere, by mistake or on purpose.
CARELESS = [
    {},
    {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": ""},
    {"PYTHONHTTPSVERIFY": "0"},
    {"SSL_VERIFY": "false", "CURL_INSECURE": "1", "GIT_SSL_NO_VERIFY": "1"},
    {"SYNERISE_VERIFY": "false", "SYNERISE_SSL_VERIFY": "0", "VERIFY_SSL": "0"},
    {"SSL_CERT_FILE": "/dev/null", "SSL_CERT_DIR": "/dev/null"},
    {"SSL_CERT_FILE": "{ca}"},
    {"NO_PROXY": "*", "no_proxy": "*"},
    {"HOME": "{home}", "CURL_HOME": "{home}", "NETRC": "{home}/.netrc"},
]


def careless(names: dict[str, str], ca: trustme.CA, folder: Path) -> dict[str, str]:
    """Fill in the files that are named, and write them."""
    home = folder / "home"
    home.mkdir()
    (home / ".curlrc").write_text("insecure\nnetrc\n")
    (home / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    (home / ".netrc").chmod(0o600)
    ca.cert_pem.write_to_path(folder / "ca.pem")
    places = {"home": str(home), "ca": str(folder / "ca.pem")}
    return {name: value.format(**places) for name, value in names.items()}


@pytest.fixture(params=CARELESS, ids=lambda one: "+".join(one) or "nothing")
def surroundings(
    request: pytest.FixtureRequest,
    ca: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in careless(request.param, ca, tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("surroundings")
def test_an_unknown_certificate_is_refused_whatever_the_environment_says(
    ask: Ask, secure: RawServer, connect: Connect
) -> None:
    said = ask(connect(host=secure.url))
    assert "certificate was refused" in said
    assert "Set REQUESTS_CA_BUNDLE" in said
    assert not secure.seen


@pytest.mark.usefixtures("surroundings")
@pytest.mark.parametrize("where", ["here", "worker"])
def test_libcurl_refuses_it_too(
    where: str, secure: RawServer, distrusting: Distrusting, request: pytest.FixtureRequest
) -> None:
    executor = request.getfixturevalue("cluster") if where == "worker" else None
    said = bulk(distrusting(), executor)
    assert "certificate was refused" in said
    assert "Set REQUESTS_CA_BUNDLE" in said
    assert [seen.method for seen in secure.seen] == ["GET"]


def test_the_refusal_is_an_error_of_its_own(
    secure: RawServer, connect: Connect, distrusting: Distrusting
) -> None:
    with pytest.raises(sf.TransportError, match="certificate was refused") as caught:
        connect(host=secure.url).metrics.calculate("m")
    assert (caught.value.code, caught.value.retryable) == ("tls", False)
    result = distrusting().profiles([1]).plan(aggregates="a").run(progress=False)
    assert result.frame["status"].tolist() == ["error"]
    assert result.frame["attempts"].tolist() == [1]
    with pytest.raises(sf.BulkError, match=r"certificate was refused\. Set REQUESTS_CA_BUNDLE"):
        result.raise_if_failed()


def test_what_notebooks_paste_to_be_rid_of_certificates_does_nothing(
    secure: RawServer,
    connect: Connect,
    distrusting: Distrusting,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    trusting = distrusting()
    monkeypatch.setattr(ssl, "_create_default_https_context", ssl._create_unverified_context)
    monkeypatch.setattr(ssl, "create_default_context", ssl._create_unverified_context)
    assert "certificate was refused" in single(connect(host=secure.url))
    assert "certificate was refused" in bulk(trusting)
    assert not [seen for seen in secure.seen if seen.method == "POST"]


def test_the_environment_of_a_worker_is_no_switch_either(
    ca: trustme.CA, secure: RawServer, distrusting: Distrusting, tmp_path: Path
) -> None:
    """In a process of its own, whose environment is not that of the one who asks."""
    names = {name: value for some in CARELESS for name, value in some.items()}
    worse = careless(names, ca, tmp_path)
    trusting = {"REQUESTS_CA_BUNDLE": str(tmp_path / "ca.pem")}
    where = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with (
        LocalCluster(n_workers=1, threads_per_worker=1, **where) as made,
        Client(made) as client,
    ):
        # Lambdas, for what is sent of os.environ is a copy.
        client.run(lambda: os.environ.update(worse))
        said = bulk(distrusting(), client)
        assert "certificate was refused" in said
        assert "Set REQUESTS_CA_BUNDLE" in said
        assert [seen.method for seen in secure.seen] == ["GET"]
        client.run(lambda: os.environ.update(trusting))
        assert bulk(distrusting(), client) == "5.0"
    assert [seen.method for seen in secure.seen] == ["GET", "POST"]


def test_an_authority_of_ones_own_is_trusted(
    ask: Ask,
    ca: trustme.CA,
    secure: RawServer,
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    assert ask(connect(host=secure.url)) == "5.0"
    assert all(TOKEN.encode() in seen.head for seen in secure.seen)


@pytest.mark.parametrize("name", ["verify", "verify_ssl", "ssl_verify", "insecure"])
def test_verification_has_no_switch(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TypeError, match=name):
        sf.connect(api_key=KEY, **{name: False})  # type: ignore[arg-type]
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.toml").write_text(f"{name} = false\n")
    with pytest.raises(sf.ConfigError, match=name) as caught:
        sf.connect(api_key=KEY)
    assert caught.value.hint


@pytest.mark.parametrize("auth", ["jwt", "basic"])
def test_what_netrc_says_of_a_host_is_not_sent(
    auth: str,
    ask: Ask,
    ca: trustme.CA,
    server: RawServer,
    connect: Connect,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in careless(CARELESS[-1], ca, tmp_path).items():
        monkeypatch.setenv(name, value)
    server.answer = lambda seen: wire(b'{"result": 5}')
    assert ask(connect(auth=auth, workspace_guid="g")) == "5.0"
    for seen in server.seen:
        assert seen.head.lower().count(b"authorization:") == 1
        assert base64.b64encode(b"somebody:else") not in seen.head
