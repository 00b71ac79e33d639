"""The API as the library speaks it: an operation's key and its parameters, JSON back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from synerise_frames.errors import ConfigError, SyneriseError
from synerise_frames.http.cache.keys import Tenant
from synerise_frames.http.client import Client
from synerise_frames.http.message import Request, Response
from synerise_frames.http.tokens import Authorizer
from synerise_frames.redact import hide
from synerise_frames.wire.codec import decode, encode
from synerise_frames.wire.consent import Consent
from synerise_frames.wire.faults import address_in, describe, fault
from synerise_frames.wire.freshness import is_of_profile
from synerise_frames.wire.limits import RateLimits
from synerise_frames.wire.memory import AS_IT_COMES, Answer, Asked, Fresh, Live, Memory, group_of
from synerise_frames.wire.operations import OPERATIONS, Operation, operation
from synerise_frames.wire.paths import PathBook, is_text
from synerise_frames.wire.secrets import remember_secrets
from synerise_frames.wire.templates import Template

if TYPE_CHECKING:
    from synerise_frames.http.swarm import Swarm


class Api:
    """Calls operations of the registry on one host.

    Parameters
    ----------
    client : Client
        Sends.
    auth : Authorizer
        Signs.
    paths : PathBook
        Knows the paths in effect.
    tenant : Tenant
        Names requests, so that nobody else's answers are taken for ours.
    consumer : {"workspace", "user"}, default "workspace"
        Whose credentials `auth` holds.
    memory : Memory, optional
        Keeps answers.
    limits : RateLimits, optional
        How many requests a second; the documented ones where left out.
    """

    def __init__(
        self,
        client: Client,
        auth: Authorizer,
        paths: PathBook,
        tenant: Tenant,
        *,
        consumer: str = "workspace",
        memory: Memory | None = None,
        limits: RateLimits | None = None,
    ) -> None:
        self._client = client
        self._auth = auth
        self.paths = paths
        self.tenant = tenant
        self.consumer = consumer
        self.memory = memory
        self._limits = limits or RateLimits()
        self._consent = Consent(paths, consumer)
        self._proven: set[str] = set()
        self._lock = threading.Lock()

    @property
    def host(self) -> str:
        """Scheme and host that is called."""
        return self._client.base_url

    def token_lifetime(self) -> float | None:
        """Give the seconds until the token is replaced; ``None`` where it says nothing."""
        return self._auth.lifetime()

    def check_open(self) -> None:
        """Refuse if this is closed: what is kept is not for those who have gone.

        Raises
        ------
        ConfigError
            If it is.
        """
        self._client.check_open()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def call(
        self,
        key: str | Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        auth: Authorizer | None = None,
        allow_unverified: bool = False,
        fresh: Fresh = AS_IT_COMES,
    ) -> Answer:
        """Call an operation.

        Parameters
        ----------
        key : str or Operation
            Which one.
        path, query, body
            What is sent.
        auth : Authorizer, optional
            Signs instead of the workspace's own, for operations of a profile.
        allow_unverified : bool, default False
            Write even though the path is inferred or guessed.
        fresh : Fresh, optional
            How fresh the answer has to be, if answers are kept.

        Raises
        ------
        SyneriseError
            The class says what went wrong, the hint what to do.
        """
        body = hide(body)
        asked = self.prepare(key, path=path, query=query, body=body)
        return self.answer(asked, auth=auth, allow_unverified=allow_unverified, fresh=fresh)

    def prepare(
        self,
        key: str | Operation,
        *,
        path: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Asked:
        """Make everything ready for a call, without sending anything."""
        body = hide(body)
        op = operation(key) if isinstance(key, str) else key
        if op.tag == "Authorization":
            remember_secrets(body)
        values = dict(path or {})
        request = self.request(op, values, query or {}, body)
        return Asked(op, values, body, request, self._key(op, request))

    def answer(
        self,
        asked: Asked,
        *,
        auth: Authorizer | None = None,
        allow_unverified: bool = False,
        fresh: Fresh = AS_IT_COMES,
        form: Callable[[Operation, Response], Any] = decode,
    ) -> Answer:
        """Answer a call, from memory or from the server; see :meth:`call`.

        `form` makes the payload of a success, and raises where it is none.
        """
        self.check_open()
        self.consent(asked.op, signed=auth is not None, allow_unverified=allow_unverified)
        if self.memory is None or (auth is not None and not self.memory.offline):
            live = self._live(asked, auth, form)
            return Answer(live.payload, datetime.now(UTC), asked.key)
        return self.memory.answer(asked, lambda: self._live(asked, None, form), fresh, form)

    def consent(
        self, op: Operation, *, signed: bool = False, allow_unverified: bool = False
    ) -> None:
        """Raise if `op` may not be sent, warn once if its path is not verified."""
        self._consent.ask(op, signed=signed, allow_unverified=allow_unverified)

    def _key(self, op: Operation, request: Request) -> str:
        """Name a request of this tenant: equal ones have equal names."""
        parts = (request.method, request.path, sorted(request.query.items()), request.body)
        return f"{group_of(self.tenant, op.effect)}{self.tenant.key(op.key, *parts)}"

    def _live(
        self,
        asked: Asked,
        auth: Authorizer | None,
        form: Callable[[Operation, Response], Any],
    ) -> Live:
        """Send, and read what comes back; what cannot be read is never kept."""
        response = self.send(asked.op, asked.request, auth)
        if not response.ok:
            self._refuse(asked.op, asked.path, asked.body, response)
        with self._lock:
            self._proven.add(asked.op.key)
        payload = form(asked.op, response)
        if asked.op.tag == "Authorization":
            remember_secrets(payload)
        return Live(payload, response)

    def request(
        self,
        op: Operation,
        values: Mapping[str, str],
        query: Mapping[str, str],
        body: Any,
        paths: PathBook | None = None,
    ) -> Request:
        """Make the request of an operation, by the paths in effect or other ones."""
        book = paths or self.paths
        method = book.route(op).method
        return Request(
            method,
            book.fill(op, values),
            _sendable(op, query),
            None if body is None else encode(body),
            repeatable=op.reads and method in ("GET", "POST"),
            accept="text/csv, */*;q=0.1" if op.answers == "csv" else "application/json",
            scopes=self._limits.scopes(op, values, body),
        )

    def template(self, key: str, *, path: Mapping[str, str], body: Mapping[str, Any]) -> Template:
        """Prepare a call that is made for many profiles; `body` is what it has beside them."""
        op = operation(key)
        values = dict(path)
        filled = self.paths.fill(op, values)
        return Template(op, self.paths.route(op).method, filled, values, body, self._limits)

    def swarm(self, connections: int) -> Swarm:
        """Give what sends many calls at once, under the limits that all calls share.

        Raises
        ------
        ConfigError
            If the extra ``bulk`` is not installed.
        """
        return self._client.swarm(self._auth, connections)

    def refusal(
        self, template: Template, profile: str, response: Response, *, proven: bool
    ) -> SyneriseError:
        """Give the error for an answer to a call for one profile; nothing is sent for it.

        `proven` says that the path has answered before.
        """
        op, values = template.op, template.values
        return fault(
            op,
            self.paths.route(op),
            response,
            subject=f"profile with this {values.get('identifierType', 'id')}",
            verified=proven or self.paths.verified(op),
            hidden=profile,
        )

    def send(self, op: Operation, request: Request, auth: Authorizer | None = None) -> Response:
        """Send a request as it is; any answer is given back."""
        # Who logs in has no token yet, and a profile's operation wants the profile's.
        own = self._auth if self.consumer in op.consumers else None
        return self._client.send(request, auth or own)

    def _refuse(
        self, op: Operation, values: Mapping[str, str], body: Any, response: Response
    ) -> None:
        """Raise the error for `response`; a 404 is looked into before anything is blamed."""
        route = self.paths.route(op)
        verified = self.paths.verified(op) or op.key in self._proven
        if response.status == 404 and not op.key.endswith(".get"):
            details = _details(op, values)
            there = self._exists(details, values) if details else None
            if details and there is False:
                subject = describe(details, values, None)
                known = self.paths.route(details)
                # Whom it is about stands in no variable, which a tracer would show.
                raise fault(
                    details,
                    known,
                    response,
                    subject=subject,
                    verified=True,
                    hidden=address_in(values, body),
                )
            # The analysis is there and no profile was named, so the path is what is missing,
            # whoever vouched for it.
            printed = route.source in ("reference", "public")
            if there and not is_of_profile(values) and not printed:
                verified = False
        raise fault(
            op,
            route,
            response,
            subject=describe(op, values, body),
            verified=verified,
            hidden=address_in(values, body),
        )

    def _exists(self, details: Operation, values: Mapping[str, str]) -> bool | None:
        """Ask a printed path whether the analysis exists; ``None`` where that stays open."""
        request = replace(self.request(details, values, {}, None), repeatable=False)
        try:
            response = self.send(details, request)
        except SyneriseError:
            return None
        return True if response.ok else False if response.status == 404 else None


def _sendable(op: Operation, query: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in query.items():
        if not is_text(value):
            raise ConfigError(f"{op.summary}: {name}={value!r} is no text.", hint="Give a text.")
    return query


def _details(op: Operation, values: Mapping[str, str]) -> Operation | None:
    """Find the operation that gives details of the analysis that `op` is about."""
    details = OPERATIONS.get(f"{op.key.split('.')[0]}.get")
    known = details and set(details.path_arguments) <= values.keys()
    return details if known else None
