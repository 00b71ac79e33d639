"""Safeguards, and what happens without each: what would be found, and where."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pytest

from synerise_frames.frame_memory import Remembered


@dataclass(frozen=True)
class Safeguard:
    """One safeguard: how to remove it, what is found where without it, and by which calls."""

    what: str
    remove: Callable[[pytest.MonkeyPatch], None]
    found: set[tuple[str, str]]
    calls: Sequence[str] = ()


def _text(sent: Any) -> str:
    return sent.decode() if isinstance(sent, bytes) else repr(sent)


def names_tell(patch: pytest.MonkeyPatch) -> None:
    """Names of files are what was asked, and no hash of it."""
    patch.setattr(
        "synerise_frames.http.cache.keys.Tenant.key",
        lambda self, *parts: quote(_text(parts[-1]), safe="")[:180],
    )


def names_hold_the_key(patch: pytest.MonkeyPatch) -> None:
    """Names of files begin with the credentials, and no hash of them."""
    from synerise_frames.http.cache.keys import Tenant

    plain = Tenant.__init__

    def init(self: Tenant, host: str, identity: Any, secret: Any, **how: Any) -> None:
        plain(self, host, identity, secret, **how)
        self.prefix = base64.urlsafe_b64encode(secret.reveal().encode()).decode() + "-"

    patch.setattr(Tenant, "__init__", init)


def the_whole_exchange_is_stored(patch: pytest.MonkeyPatch) -> None:
    """As requests-cache does it: with the request, its headers and its body."""
    import requests

    from synerise_frames.http.cache import answers

    stored, sent = answers.stored_form, []
    send = requests.Session.send

    def spy(self: Any, request: Any, **how: Any) -> Any:
        sent.append({"headers": dict(request.headers), "body": _text(request.body)})
        return send(self, request, **how)

    def all_of_it(response: Any, *moments: Any) -> Any:
        kept = stored(response, *moments)
        kept.headers = answers._headers(json.dumps(sent[-1]))
        return kept

    patch.setattr(requests.Session, "send", spy)
    patch.setattr(answers, "stored_form", all_of_it)


def frames_of_people_are_written(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("synerise_frames.kinds.context.is_of_profile", lambda path: False)


def lists_of_people_are_kept(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("synerise_frames.wire.freshness._NEVER", frozenset())


def misses_name_people(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "synerise_frames.wire.memory._line", lambda asked: f"ws.call({dict(asked.body or {})})"
    )


def errors_are_not_redacted(patch: pytest.MonkeyPatch) -> None:
    for name in ("brief.redact", "brief.redact_known", "http.problems.redact_known"):
        patch.setattr(f"synerise_frames.{name}", lambda text: text)


def logs_are_not_redacted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("synerise_frames.redact.RedactingFilter.filter", lambda self, record: True)


def secrets_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.redact import Secret

    patch.setattr(Secret, "__repr__", lambda self: self.reveal())
    patch.setattr(Secret, "__str__", lambda self: self.reveal())


def requests_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.http.message import Request

    patch.setattr(Request, "__repr__", lambda self: repr(bytes(self.body or b"")))


def bodies_of_requests_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.http.message import Request

    patch.setattr(Request, "__post_init__", lambda self: None)


def unreadable_answers_stay(patch: pytest.MonkeyPatch) -> None:
    for module in ("kinds.context", "wire.codec"):
        patch.setattr(f"synerise_frames.{module}.replace", lambda thing, **changes: thing)


def calls_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.wire.memory import Asked

    patch.setattr(Asked, "__repr__", lambda self: repr(dict(self.body or {})))


def frames_show(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Remembered, "__repr__", lambda self: self.frame.to_string())


def notes_tell_whom(patch: pytest.MonkeyPatch) -> None:
    """Provenance says what was sent; notes go into Parquet files."""
    from synerise_frames.kinds import context

    stamp = context.stamp

    def with_profile(frame: Any, origin: Any) -> Any:
        frame = stamp(frame, origin)
        if "profile" in frame:
            frame.attrs["profile"] = str(frame["profile"].iloc[0]) if len(frame) else None
        return frame

    patch.setattr(context, "stamp", with_profile)


def hidden_values_show(patch: pytest.MonkeyPatch) -> None:
    """Local variables hold what they are given."""
    from synerise_frames import redact

    for kind, plain in (
        (redact.HiddenText, str),
        (redact.HiddenBytes, bytes),
        (redact.HiddenDict, dict),
        (redact.HiddenList, list),
    ):
        patch.setattr(kind, "__repr__", plain.__repr__)


def errors_of_sending_are_the_context(patch: pytest.MonkeyPatch) -> None:
    """Ours is raised while that of requests is handled, with its frames."""
    from synerise_frames.http.failures import explained

    def within(error: Exception, where: str) -> Any:
        failure = explained(error, where)
        failure.__context__ = error
        return failure

    patch.setattr("synerise_frames.http.client.explained", within)


def errors_of_writing_are_the_context(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.errors import ConfigError

    def encode(body: Any) -> bytes:
        try:
            return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        except (TypeError, ValueError) as error:
            raise ConfigError(str(error)) from None

    patch.setattr("synerise_frames.wire.api.encode", encode)


def frames_of_readers_stay(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("synerise_frames.kinds.context.clear_frames", lambda traceback: None)


def settings_show(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("synerise_frames.config._SECRETS", frozenset())


def readers_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.frames.answers import Asked

    patch.setattr(Asked, "__repr__", lambda self: repr(self.profile))


def limits_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.http.limiter import Scope

    patch.setattr(Scope, "__repr__", lambda self: repr(self.subject))


def parameters_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.wire.params import Parameters

    patch.setattr(Parameters, "__repr__", lambda self: repr(dict(self.body)))


def inputs_show(patch: pytest.MonkeyPatch) -> None:
    from synerise_frames.bulk.ids import Inputs

    patch.setattr(Inputs, "__repr__", lambda self: repr(self.profiles))


def journals_are_not_encrypted(patch: pytest.MonkeyPatch) -> None:
    class Plain:
        def __init__(self, key: bytes) -> None:
            pass

        def encrypt(self, nonce: bytes, content: bytes, about: bytes) -> bytes:
            return content + b"sixteen bytes..."

        def decrypt(self, nonce: bytes, content: bytes, about: bytes) -> bytes:
            return content[:-16]

    patch.setattr("cryptography.hazmat.primitives.ciphers.aead.AESGCM", Plain)
    # What is compressed cannot be searched.
    patch.setattr("synerise_frames.bulk.journal.journal.squeeze", lambda content: content)
    patch.setattr("synerise_frames.bulk.journal.journal.expand", pa.py_buffer)


def errors_name_people(patch: pytest.MonkeyPatch) -> None:
    for module in ("faults", "api"):
        patch.setattr(f"synerise_frames.wire.{module}.address_in", lambda values, body: None)


_KEPT = f"repr: {Remembered.__module__.rpartition('.')[2]}.Remembered"

SAFEGUARDS = [
    Safeguard("names of files are hashes", names_tell, {("file name", "e-mail")}),
    Safeguard("the hashes' key is not written", names_hold_the_key, {("file name", "key")}),
    Safeguard(
        "answers are stored without header and request",
        the_whole_exchange_is_stored,
        {("file, head", "token"), ("file, head", "e-mail"), ("file, head", "key")},
    ),
    Safeguard(
        "frames about one profile stay in memory",
        frames_of_people_are_written,
        {("file, frame", "e-mail")},
    ),
    Safeguard(
        "lists of people are never stored", lists_of_people_are_kept, {("file, answer", "e-mail")}
    ),
    Safeguard(
        "journals are encrypted", journals_are_not_encrypted, {("journal", "e-mail")}, ["many"]
    ),
    Safeguard(
        "an offline miss names nobody",
        misses_name_people,
        {("error", "e-mail"), ("traceback", "e-mail"), ("repr: errors.OfflineMiss", "e-mail")},
        ["offline"],
    ),
    Safeguard(
        "errors name nobody",
        errors_name_people,
        {("error", "e-mail"), ("traceback", "e-mail")},
        ["refused"],
    ),
    Safeguard(
        "errors are redacted",
        errors_are_not_redacted,
        {
            *(("error", "key"), ("error", "password"), ("error", "token")),
            *(("traceback", "key"), ("traceback", "password"), ("traceback", "token")),
        },
        ["refused"],
    ),
    Safeguard(
        "errors of requests are not the context of ours",
        errors_of_sending_are_the_context,
        {("locals: client.py, _send_output, msg", "key")},
        ["unreadable"],
    ),
    Safeguard(
        "errors of json are not the context of ours",
        errors_of_writing_are_the_context,
        {("error", "e-mail"), ("locals: encoder.py, iterencode, markers", "e-mail")},
        ["wrong"],
    ),
    Safeguard("logs are redacted", logs_are_not_redacted, {("log", "key"), ("log", "token")}),
    Safeguard(
        "a Secret shows nothing",
        secrets_show,
        {
            *(("repr: login.User", "password"), ("repr: tokens.Token", "token")),
            *(("locals: login.py, login_user, user", "password"),),
            *(("locals: credentials.py, key_login, key", "key"),),
        },
        ["refused", "settings"],
    ),
    Safeguard(
        "local variables are hidden",
        hidden_values_show,
        {
            ("locals: client.py, send, header", "token"),
            ("locals: client.py, _send_once, headers", "token"),
            ("locals: client.py, send, header", "key"),
            ("locals: login.py, login_user, credentials", "password"),
            ("locals: login.py, login_user, token", "token"),
            ("locals: login.py, _confirmed, code", "code"),
            ("locals: accounts.py, connect, api_key", "key"),
            ("locals: accounts.py, connect, password", "password"),
            ("locals: config.py, _read_file, content", "key"),
            ("locals: account.py, login_profile, more", "password"),
            ("locals: profile_values.py, calculate, profile", "e-mail"),
            ("locals: calls.py, call, params", "e-mail"),
            ("locals: context.py, frame, body", "e-mail"),
            ("locals: api.py, call, body", "e-mail"),
            ("error", "e-mail"),
        },
        ["wrong", "refused", "methods", "unreadable", "settings"],
    ),
    Safeguard(
        "frames of readers are cleared",
        frames_of_readers_stay,
        {
            ("locals: segment_members.py, segment_profiles, payload", "e-mail"),
            ("locals: read.py, read, payload", "e-mail"),
        },
        ["unreadable"],
    ),
    Safeguard(
        "a setting that is secret is hidden",
        settings_show,
        {("locals: credentials.py, key_login, api_key", "key")},
        ["settings"],
    ),
    Safeguard(
        "a Request shows no body",
        requests_show,
        {("repr: message.Request", "e-mail"), ("locals: client.py, send, request", "key")},
        ["good", "unreadable"],
    ),
    Safeguard(
        "the body of a Request is hidden where it is used",
        bodies_of_requests_show,
        {("expressions: client.py, Client._send_once, request.body", "e-mail")},
        ["unreadable"],
    ),
    Safeguard(
        "answers that cannot be read are put away",
        unreadable_answers_stay,
        {
            ("expressions: context.py, Context._read, answer.payload", "e-mail"),
            ("expressions: codec.py, decode, response.content", "e-mail"),
        },
        ["unreadable"],
    ),
    Safeguard("a call shows no body", calls_show, {("repr: memory.Asked", "e-mail")}),
    Safeguard("a kept frame is not shown", frames_show, {(_KEPT, "e-mail")}),
    Safeguard("a reader shows no profile", readers_show, {("repr: answers.Asked", "e-mail")}),
    Safeguard("a limit shows no profile", limits_show, {("repr: limiter.Scope", "e-mail")}),
    Safeguard(
        "parameters are not shown",
        parameters_show,
        {("repr: params.Parameters", "e-mail")},
        ["refused"],
    ),
    Safeguard("inputs are not shown", inputs_show, {("repr: ids.Inputs", "e-mail")}, ["many"]),
    Safeguard(
        "provenance tells of no profile",
        notes_tell_whom,
        {("notes", "e-mail"), ("Parquet", "e-mail")},
    ),
]
