"""The bytes of a journal: a head that anybody can read, then sealed pieces.

A file begins with two lines: the name of the format, and JSON with what the journal is about.
Each piece has a head in clear and content that is encrypted (AES-GCM). Head of the file, head of
the piece and content are authenticated together, so a piece can be neither altered nor moved,
within its file or to another.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from synerise_frames._version import __version__
from synerise_frames.errors import BulkError
from synerise_frames.extras import require
from synerise_frames.http.cache.keys import Tenant

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_MAGIC = b"synerise_frames journal\n"
_VERSION = 1
_LONGEST_HEAD = 1 << 24
_SALT = 16

#: Kinds of pieces. The first one is empty: it vouches for the head of the file.
BEGIN, INPUTS, ANSWERS = 0, 1, 2

_MARK = b"\xf0SFp"
_NONCE = 12
_TAG = 16
# Mark, number in the file, size of the content, kind, how many rows.
_PIECE = struct.Struct(f"<4sIIBI{_NONCE}s")


@dataclass(frozen=True)
class Head:
    """The head of a file."""

    tenant: str
    salt: bytes
    about: Mapping[str, Any]
    content: bytes

    @classmethod
    def new(cls, tenant: Tenant, about: Mapping[str, Any]) -> Head:
        """Make the head of a new file."""
        salt = os.urandom(_SALT)
        told = {
            "version": _VERSION,
            "library": __version__,
            "tenant": tenant.prefix,
            "salt": salt.hex(),
            "about": about,
        }
        return cls(tenant.prefix, salt, about, _MAGIC + json.dumps(told).encode() + b"\n")

    @classmethod
    def read(cls, file: BinaryIO, name: str) -> Head:
        """Read the head of an open file called `name`.

        Raises
        ------
        BulkError
            If it is no journal, or of another version.
        """
        line = b""
        if file.read(len(_MAGIC)) == _MAGIC:
            line = file.readline(_LONGEST_HEAD)
        if not line.endswith(b"\n"):
            raise BulkError(
                f"{name} is no journal.",
                hint="To begin a run, choose a file that is not there yet with journal=; to go on "
                "with one, name what it was given as journal= or out= (its folder).",
            )
        try:
            told = json.loads(line)
            version, library = told["version"], told["library"]
            if version == _VERSION:
                salt = bytes.fromhex(told["salt"])
                return cls(told["tenant"], salt, dict(told["about"]), _MAGIC + line)
        except (ValueError, TypeError, KeyError):
            raise altered(name, len(_MAGIC)) from None
        raise BulkError(
            f"The journal {name} has format {version}; this version of the library writes "
            f"{_VERSION}.",
            hint=f"End it with synerise-frames {library}, or choose another file with journal=.",
        )


@dataclass(frozen=True)
class Piece:
    """Where a piece is, and its head."""

    start: int
    number: int
    size: int
    kind: int
    rows: int
    nonce: bytes
    head: bytes

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.start + _PIECE.size + self.size


class Sealer:
    """Seals and opens the pieces of one file."""

    def __init__(self, head: Head, tenant: Tenant) -> None:
        require("bulk", "cryptography")
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        self._cipher: AESGCM = AESGCM(tenant.derive("journal", head.salt))
        self._file = hashlib.sha256(head.content).digest()

    def seal(self, number: int, kind: int, rows: int, content: bytes) -> bytes:
        """Give a piece as it is written."""
        nonce = os.urandom(_NONCE)
        head = _PIECE.pack(_MARK, number, len(content) + _TAG, kind, rows, nonce)
        return head + self._cipher.encrypt(nonce, content, self._file + head)

    def open(self, file: BinaryIO, piece: Piece) -> bytes | None:
        """Read a piece; ``None`` if it is not as it was written."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - needs an extra

        file.seek(piece.start + _PIECE.size)
        sealed = file.read(piece.size)
        try:
            return self._cipher.decrypt(piece.nonce, sealed, self._file + piece.head)
        except InvalidTag:
            return None


def altered(name: str, place: int) -> BulkError:
    """Give the error for a file that somebody or something changed."""
    return BulkError(
        f"The journal {name} was altered at byte {place:,}.",
        code="journal_altered",
        hint="Restore it from a copy, or choose another file with journal= and ask for everything "
        "again.",
    )


def heads(file: BinaryIO, start: int) -> Iterator[Piece]:
    """Give the heads of all whole pieces, unchecked: anybody can read them."""
    end = os.fstat(file.fileno()).st_size
    while piece := _piece_at(file, start, end):
        yield piece
        start = piece.end


def scan(file: BinaryIO, sealer: Sealer, start: int, name: str) -> tuple[list[Piece], int]:
    """Check all pieces; give them, and where the last one ends.

    What comes after that was not written to its end.

    Raises
    ------
    BulkError
        If the file was altered.
    """
    end = os.fstat(file.fileno()).st_size
    pieces: list[Piece] = []
    while start < end:
        piece = _piece_at(file, start, end)
        if piece is None or sealer.open(file, piece) is None:
            # Only an end that nothing follows can be one that was torn off.
            if not pieces or _goes_on(file, sealer, start + 1, end):
                raise altered(name, start)
            break
        if piece.number != len(pieces):
            raise altered(name, start)
        pieces.append(piece)
        start = piece.end
    if not pieces:
        raise altered(name, start)
    return pieces, start


def _piece_at(file: BinaryIO, start: int, end: int) -> Piece | None:
    """Read a head; ``None`` if there is none, or the piece is not all there."""
    file.seek(start)
    head = file.read(_PIECE.size)
    if len(head) < _PIECE.size:
        return None
    mark, number, size, kind, rows, nonce = _PIECE.unpack(head)
    piece = Piece(start, number, size, kind, rows, nonce, head)
    return piece if mark == _MARK and size >= _TAG and piece.end <= end else None


def _goes_on(file: BinaryIO, sealer: Sealer, start: int, end: int) -> bool:
    """Say whether a good piece begins anywhere from `start` on."""
    file.seek(start)
    rest = file.read()
    place = rest.find(_MARK)
    while place >= 0:
        piece = _piece_at(file, start + place, end)
        if piece is not None and sealer.open(file, piece) is not None:
            return True
        place = rest.find(_MARK, place + 1)
    return False
