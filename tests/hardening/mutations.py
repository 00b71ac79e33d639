"""From a real answer to a wrong one: its values, its text, its bytes, its head.

All is drawn from one `Random`, whose draws hypothesis makes small where an answer fails. So
what is simple comes first: the first of a list, what a low number gives.
"""

from __future__ import annotations

import copy
import gzip
import json
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

from tests.hardening.server import Wire

#: What is written into an answer and has to be found again in what is read.
GRAFT = "graft-7f3a-stays"

NUMBERS: list[Any] = [
    0, -1, 1, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 10**400, 1e308, -1e-320, 0.1, 1.5,
    float("nan"), float("inf"), float("-inf"), -0.0,
]  # fmt: skip
TEXTS: list[str] = [
    "", " ", "x", "0", "-1", "12.5", "1e999", "NaN", "Infinity", "null", "true", "\ud800",
    "a\udfffb", "\x00", "a\x00b", "\x1b[31mred\x1b[0m", "\r\nSet-Cookie: a=b", "\u202egnirts",
    "ａｄｍｉｎ", "👩‍👩‍👧",
    "=cmd()", "<script>alert(1)</script>", "<b>", "%2e%2e%2f", "../../etc/passwd", "'; drop --",
    "2024-01-01", "2024-13-45", "0000-00-00", "9999-12-31T23:59:59Z", "2024-03-31T02:30:00",
    "+292277026596-12-04T15:30:08Z", "2024-01-01T00:00:00+99:99", "1704063600000", "P1D",
    "l" * 5000,     "é" * 300, "value", "id", "name", "row", "metric", "result", "index", "level_0",
]  # fmt: skip
KEYS = [
    "id", "name", "value", "values", "data", "items", "date", "result", "title", "meta", "error",
    "message", "status", "legends", "row", "metric", "source", "target", "", " ", "\x00", "a.b",
    "$", "Value", "children", "group", "step", "profile", "kind", "__class__", "index", "\ud83d",
]  # fmt: skip
#: Written as a text into the JSON in place of a value, for no Python value is written so.
RAW = [
    "NaN", "Infinity", "-Infinity", "1e999", "-1E+400", "9" * 5000, "1" + "0" * 400, "0.1e-999",
    "[" * 200 + "]" * 200, "[" * 5000 + "]" * 5000, "[" * 200_000 + "]" * 200_000,
    '{"a":' * 3000 + "1" + "}" * 3000, '"\\ud800"', '"\\udc00\\ud800"', '{"a":1,"a":2,"a":{}}',
    '{"id":1,"id":"2","name":null,"name":""}', "undefined", "'x'", "01", "+1", ".5", "0x10", "tru",
    '"\x01"', '"\\x"', '"\\u12"', "1.", "[1,]", '{"a":1,}', "/* no */ 1", '"unclosed', "", "\u2028",
    "-", "--1", "1e", '{"a"}', '{1:2}', "[,]",
]  # fmt: skip
_MARK = "@@here@@"


def scalar(random: Random) -> Any:
    kind = random.randrange(8)
    if kind < 3:
        return (None, True, False)[kind]
    if kind < 5:
        return random.choice(NUMBERS if kind == 3 else TEXTS)
    if kind == 5:
        return random.randint(-(10**6), 10**13)
    if kind == 6:
        return random.random() * 10 ** random.randint(-5, 15)
    return "".join(chr(random.choice([32, 65, 233, 0x4E2D, 0x1F600, 10])) for _ in range(4))


def anything(random: Random, depth: int = 3) -> Any:
    """Draw JSON of any shape."""
    if depth == 0 or random.random() < 0.5:
        return scalar(random)
    if random.random() < 0.5:
        return [anything(random, depth - 1) for _ in range(random.randint(0, 4))]
    return {random.choice(KEYS): anything(random, depth - 1) for _ in range(random.randint(0, 4))}


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value[:8])
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def get(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Give `value` with something else at a place, which may be all of it."""
    if not path:
        return new
    get(value, path[:-1])[path[-1]] = new
    return value


#: More rows than a list has, and more fields than an object.
_ALL = 1 << 30
_ROWS = [1, 2, *[_ALL] * 18]
_FIELDS = [1, 2, 3, 4, 6, 8, 12, *[_ALL] * 53]


def size(random: Random) -> tuple[int, int]:
    """Draw how many rows and fields are kept: mostly all; few where that fails too."""
    return random.choice(_ROWS), random.choice(_FIELDS)


def thinned(value: Any, rows: int, fields: int) -> Any:
    """Keep the first rows of each list and the first fields of each object."""
    if isinstance(value, list):
        return [thinned(one, rows, fields) for one in value[:rows]]
    if isinstance(value, dict):
        return {key: thinned(value[key], rows, fields) for key in [*value][:fields]}
    return value


def _replaced(random: Random, old: Any) -> Any:
    return anything(random)


def _wrapped(random: Random, old: Any) -> Any:
    return random.choice([[old], {"data": old}, {random.choice(KEYS): old}, [[old], [old]]])


def _retyped(random: Random, old: Any) -> Any:
    if isinstance(old, dict):
        return random.choice([[*old.items()], [*old.values()], json.dumps(old, default=str)])
    if isinstance(old, list):
        return random.choice([{str(i): one for i, one in enumerate(old)}, old[:1], [], str(old)])
    return random.choice([str(old), [old], {"value": old}, None])


def _pruned(random: Random, old: Any) -> Any:
    if isinstance(old, dict) and old:
        gone = random.choice([*old])
        return {key: one for key, one in old.items() if key != gone}
    if isinstance(old, list) and old:
        return random.sample(old, random.randint(0, len(old) - 1))
    return None


def _repeated(random: Random, old: Any) -> Any:
    if isinstance(old, list):
        return old * random.choice([2, 3, 50])
    if isinstance(old, dict):
        return {**old, **{random.choice(KEYS): copy.deepcopy(v) for v in [*old.values()][:3]}}
    return [old] * random.choice([2, 300])


def _renamed(random: Random, old: Any) -> Any:
    if not isinstance(old, dict) or not old:
        return scalar(random)
    gone = random.choice([*old])
    return {(random.choice(KEYS) if key == gone else key): one for key, one in old.items()}


CHANGES: list[Callable[[Random, Any], Any]] = [
    _replaced, _replaced, _replaced, _wrapped, _retyped, _pruned, _repeated, _renamed,
]  # fmt: skip


def changed(random: Random, payload: Any) -> Any:
    """Change one place or a few of an answer."""
    payload = copy.deepcopy(payload)
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        path = random.choice(places(payload))
        payload = put(payload, path, random.choice(CHANGES)(random, get(payload, path)))
    return payload


def grafted(random: Random, payload: Any) -> Any | None:
    """Add a field to an object of an answer; ``None`` where there is no object."""
    payload = copy.deepcopy(payload)
    objects = [path for path in places(payload) if isinstance(get(payload, path), dict)]
    if not objects:
        return None
    get(payload, random.choice(objects))[random.choice(["note", "unit", "more", "colour"])] = GRAFT
    return payload


def text_of(random: Random, payload: Any) -> str:
    """Write JSON, now and then with something in it that no writer gives."""
    if random.random() > 0.7:
        payload = copy.deepcopy(payload)
        payload = put(payload, random.choice(places(payload)), _MARK)
    text = _dumps(payload, indent=random.choice([None, None, 2]))
    return text.replace(f'"{_MARK}"', random.choice(RAW), 1)


def _dumps(payload: Any, **how: Any) -> str:
    # Python writes no number of more than 4,300 digits.
    return json.dumps(payload, ensure_ascii=False, **how)


def _recoded(random: Random, text: str, raw: bytes) -> bytes:
    encoding = random.choice(["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
    return text.encode(encoding, "replace")


def _cut(random: Random, text: str, raw: bytes) -> bytes:
    return raw[: random.randint(0, len(raw))]


def _continued(random: Random, text: str, raw: bytes) -> bytes:
    return raw + random.choice([b"\x00", b" \n", b"x", b"{}", raw, b"\xff", b"<!-- end -->"])


def _other(random: Random, text: str, raw: bytes) -> bytes:
    return random.choice([b"", b" ", b"null", b"\x00" * 50, b"<html><title>Log in</title>"])


def _broken(random: Random, text: str, raw: bytes) -> bytes:
    broken = bytearray(raw or b"0")
    for _ in range(random.randint(1, 4)):
        broken[random.randrange(len(broken))] = random.randrange(256)
    return bytes(broken)


def _marked(random: Random, text: str, raw: bytes) -> bytes:
    return b"\xef\xbb\xbf" + raw


_ENCODINGS = [_recoded, _cut, _cut, _continued, _other, _broken, _broken, _marked]


def bytes_of(random: Random, text: str) -> bytes:
    """Encode a text, rightly or not."""
    raw = text.encode("utf-8", "surrogatepass")
    return raw if random.random() < 0.6 else random.choice(_ENCODINGS)(random, text, raw)


_TYPES = [
    "application/json", "application/json", "application/json;charset=UTF-8", "text/html", "",
    "text/csv", "application/json; charset=utf-16", "application/json; charset=nonsense",
    "application/octet-stream", "multipart/mixed; boundary=x", "\xff\xfe", "a" * 3000,
]  # fmt: skip
_HEADERS = [
    "Retry-After: soon", "Retry-After: -5", "Retry-After: 1e400", "Retry-After: nan",
    "Retry-After: Fri, 99 Foo 99999 00:00:00 GMT", "Retry-After: 0", "Retry-After: 1_0",
    "Retry-After: Mon, 01 Jan 0001 00:00:00 +2359",
    "Set-Cookie: a=b; Domain=127.0.0.1", "Set-Cookie: " + "x" * 5000, "X-\xe9: \xff", "No colon",
    "Location: http://127.0.0.1:9/x", "Location: //evil.invalid/", "Location: \x00", ": empty",
    "Content-Type: text/plain", "Connection: close", "Transfer-Encoding: chunked",
    "Content-Encoding: gzip", "Content-Encoding: br", "Content-Encoding: zstd",
    "Content-Encoding: deflate", "Content-Encoding: gzip, gzip", "Content-Encoding: nonsense",
    "Date: never", "Age: -1", "Cache-Control: max-age=99999999999999999999", "Vary: *",
    "ETag: \"" + "e" * 900 + "\"", "WWW-Authenticate: Basic realm=\"\xff\"",
]  # fmt: skip
_STATUSES = [
    201, 202, 203, 204, 205, 206, 226, 299, 300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403,
    404, 405, 406, 409, 410, 412, 413, 415, 418, 422, 423, 425, 428, 429, 431, 451, 499, 500, 501,
    502, 503, 504, 505, 520, 598, 599, 600, 700, 999,
]  # fmt: skip


def head(random: Random, length: int, status: int = 200, more: list[str] | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status} {random.choice(['OK', '', 'é', 'x' * 200])}"]
    lines.append(f"Content-Type: {random.choice(_TYPES)}")
    lines += more or []
    if random.random() > 0.8:
        lines += random.choices(_HEADERS, k=random.choice([1, 1, 2, 30]))
    lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def as_sent(random: Random, body: bytes, status: int = 200) -> Wire:
    """Put a body on the wire, well or badly."""
    how = random.random()
    if how < 0.65:
        return Wire(head(random, len(body), status) + body, close=random.random() > 0.7)
    if how < 0.75:
        packed = gzip.compress(body, 1)
        bad = [packed[: len(packed) // 2], packed[:-4] + b"\0\0\0\0", body, packed + b"x", packed,
               zlib.compress(body), packed + packed]  # fmt: skip
        sent = random.choice(bad)
        encoding = random.choice(["gzip", "gzip", "deflate", "GZIP", "x-gzip", "identity", "zstd"])
        more = [f"Content-Encoding: {encoding}"]
        return Wire(head(random, len(sent), status, more) + sent)
    if how < 0.85:
        size = random.choice([0, max(len(body) - 1, 0), len(body) + 1, len(body) + 10**9, 2**70])
        return Wire(head(random, size, status) + body)
    if how < 0.95:
        return Wire(_chunked(random, body, status))
    return Wire(random.choice(_NO_HTTP) + body)


def _chunked(random: Random, body: bytes, status: int) -> bytes:
    start = f"HTTP/1.1 {status} OK\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    half = len(body) // 2
    good = b"%x\r\n%s\r\n%x\r\n%s\r\n" % (half or 1, body[:half] or b" ", len(body) - half or 1,
                                         body[half:] or b" ")  # fmt: skip
    end = random.choice([b"0\r\n\r\n", b"0\r\nTrailer: x\r\n\r\n", b"", b"zz\r\n", b"-1\r\n",
                         b"FFFFFFFFFFFFFFFFFF\r\nx", b"5;ext=\xff\r\nab"])  # fmt: skip
    return start + good + end


_NO_HTTP = [
    b"", b"HTTP/1.1\r\n\r\n", b"HTTP/1.1 abc OK\r\n\r\n", b"HTTP/9.9 200 OK\r\n\r\n",
    b"\x16\x03\x01",
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 200 OK\r\n\r\n", b"SSH-2.0-x\r\n", b"\r\n\r\n", b"{}",
    b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", b"HTTP/1.1 199 X\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 400 + b"\r\n", b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70000,
    b"HTTP/1.1 99999 OK\r\n\r\n", b"HTTP/1.1 -200 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\nContent-Length: 2\n\n",
    b"HTTP/1.1 200 OK\r\n folded: x\r\n\r\n", b"ICY 200 OK\r\n\r\n",
]  # fmt: skip


def status_of(random: Random) -> int:
    return 200 if random.random() < 0.75 else random.choice(_STATUSES)


def refusal(random: Random, secrets: list[str]) -> Any:
    """Draw the body of an error that repeats what it was sent, secrets and all."""
    words = [random.choice(TEXTS), *secrets, random.choice(["", "x" * 20000, "\\" * 300, "//a"])]
    random.shuffle(words)
    said = " ".join(words)
    nested: Any = said
    for _ in range(random.choice([1, 3, 900])):
        nested = [nested]
    return random.choice(
        [
            {"message": said, "status": 400, "error": "Bad", "path": "/x", "timestamp": "t"},
            {"message": nested},
            {"error": {"code": said, "inner": [said]}},
            {"errors": [{"field": said, "message": said}, said, None, {"message": nested}]},
            {"message": anything(random), "errors": anything(random)},
            said,
            [said],
        ]
    )
