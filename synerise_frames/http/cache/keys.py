"""Keys of stored answers: keyed hashes, so that they tell nothing and match nobody else's."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable

from synerise_frames.redact import Secret

_SIZE = 20
_PREFIX = 16

# About a tenth of a second.
_ROUNDS = 200_000


class Tenant:
    """Whose answers these are: one identity on one host.

    The hash is keyed with the credentials, which are not on disk: who has the folder alone can
    neither read what was asked for nor test a guess, and other credentials never find it.

    Parameters
    ----------
    host : str
        Scheme and host.
    identity : sequence of str
        What names the workspace and its user beside the credentials.
    secret : Secret
        The credentials.
    chosen : bool, default False
        Whether a person chose the secret, which then might be guessed: each guess is made to
        cost time.
    """

    def __init__(
        self, host: str, identity: Iterable[str], secret: Secret, *, chosen: bool = False
    ) -> None:
        scope = b"synerise-frames" + json.dumps([host, *identity]).encode()
        credentials = secret.reveal().encode(errors="surrogatepass")
        if chosen:
            credentials = hashlib.pbkdf2_hmac("sha256", credentials, scope, _ROUNDS)
        self._key = hmac.digest(credentials, scope, "sha256")
        self.prefix = self._hash(b"tenant")[:_PREFIX] + "-"

    def key(self, *parts: object) -> str:
        """Name a request by its parts, such as operation, path, query and body."""
        return self._hash(repr(parts).encode(errors="surrogatepass"))

    def _hash(self, message: bytes) -> str:
        return hashlib.blake2b(message, key=self._key, digest_size=_SIZE).hexdigest()

    def __repr__(self) -> str:
        return f"<Tenant {self.prefix[:8]}>"
