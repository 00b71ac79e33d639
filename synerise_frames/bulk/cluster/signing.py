"""The header that signs calls of workers far away: the key stays here."""

from __future__ import annotations

from synerise_frames.http.tokens import Authorizer


class Signing:
    """Gives headers, each with a number.

    Parameters
    ----------
    auth : Authorizer or None
        Holds the credentials.

    Attributes
    ----------
    edition : int
        The number of the header that was given last.
    is_final : bool
        It was refused, and another one would be too.
    """

    def __init__(self, auth: Authorizer | None) -> None:
        self._auth = auth
        self._header: str | None = None
        self.edition = 0
        self.is_final = False

    def header(self) -> str | None:
        """Give the header in effect, after a login where one is due.

        Raises
        ------
        SyneriseError
            If that fails.
        """
        header = self._auth.header() if self._auth else None
        if header != self._header:
            self._header = header
            self.edition += 1
            self.is_final = False
        return header

    def renew(self, edition: int) -> None:
        """React to a refusal of that edition, if it is still in effect."""
        if self._auth is None or self._header is None or edition != self.edition:
            return
        if self._auth.renew(self._header):
            # Even an equal header is another one now.
            self._header = None
        else:
            self.is_final = True
