"""Keys of stored answers: keyed hashes, so that they tell nothing and match nobody else's."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable

from synerise_frames.redact import Secret, plain

_SIZE = 20
_PREFIX = 16
_DIGEST = 16

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
        # Copied for each digest: that is quicker than to begin with the key again.
        self._begun = hashlib.blake2b(key=self._key, digest_size=_DIGEST)

    def key(self, *parts: object) -> str:
        """Name a request by its parts, such as operation, path, query and body."""
        # Plain values only: a repr that tells nothing would be the same for all.
        return self._hash(repr(plain(parts)).encode(errors="surrogatepass"))

    def digest(self, *parts: str) -> bytes:
        """Give the 16 bytes that stand for some text, such as an identifier: a million a second."""
        digest = self._begun.copy()
        digest.update("\0".join(parts).encode(errors="surrogatepass"))
        return digest.digest()

    def derive(self, purpose: str, salt: bytes) -> bytes:
        """Give a key of 32 bytes for one purpose and salt; it tells nothing about others."""
        return hmac.digest(self._key, b"\0".join((b"derive", purpose.encode(), salt)), "sha256")

    def _hash(self, message: bytes) -> str:
        return hashlib.blake2b(message, key=self._key, digest_size=_SIZE).hexdigest()

    def __repr__(self) -> str:
        return f"<Tenant {self.prefix[:8]}>"
