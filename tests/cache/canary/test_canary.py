"""Canaries: nothing that is secret, and nobody's address, is found anywhere afterwards.

A key, a token, a password, a code and the e-mail address of a profile go through all sorts of
calls, good and bad, with a server that throws back what it was sent. Then every byte that is left
is searched for them: files and their names, journals, logs, reprs, errors and what led to them,
tracebacks and the local variables in them, Parquet metadata; as they are, in base64, URL-encoded
and JSON-escaped, packed or not. The second half removes one safeguard after the other, and expects
the search to find something.
"""

from __future__ import annotations

import base64
import json

import pytest

from tests.cache.canary.hunting import EMAIL, KEY, PASSWORD, Hunt, forms
from tests.cache.canary.safeguards import SAFEGUARDS, Safeguard
from tests.cache.canary.zoo import Zoo


def test_the_search_finds_every_form() -> None:
    for secret in (KEY, PASSWORD, EMAIL):
        for name, form in forms(secret).items():
            hunt = Hunt({"it": secret})
            hunt.search("here", b"before " + form + b" after")
            assert hunt.hits, name
        for before in ("", "x", "xy", "xyz:"):
            hunt = Hunt({"it": secret})
            hunt.search("here", base64.b64encode(f"{before}{secret}:y".encode()))
            assert hunt.hits, before
    hunt = Hunt({"it": KEY})
    hunt.search("here", "nothing to be seen")
    assert not hunt.hits


def test_nothing_is_found(zoo: Zoo) -> None:
    hunt = zoo.run()
    # All was there to be found, and all places were searched.
    assert EMAIL in "".join(json.dumps(json.loads(b or "0"), ensure_ascii=False)
                            for _, _, b in zoo.api.seen)  # fmt: skip
    assert len(zoo.errors) > 150
    assert len(zoo.frames) > 20
    assert set(hunt.searched) >= {
        *("file", "file name", "file, head", "file, answer", "file, frame", "file, schema"),
        *("file, known", "journal", "log", "repr", "error", "traceback", "locals", "expressions"),
        *("Parquet", "notes"),
    }
    assert hunt.searched["file, answer"] > 1000
    assert sorted(hunt.hits) == []


@pytest.mark.parametrize("safeguard", SAFEGUARDS, ids=lambda safeguard: safeguard.remove.__name__)
def test_it_bites(zoo: Zoo, safeguard: Safeguard, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the safeguard, the search finds what it finds nowhere with it."""
    safeguard.remove(monkeypatch)
    deep = any(where.startswith("expressions") for where, _ in safeguard.found)
    hunt = zoo.run(["logins", *(safeguard.calls or ["good"])], deep=deep)
    assert hunt.places >= safeguard.found
