"""The search: what secrets look like in bytes, and all places where they might be found."""

from __future__ import annotations

import base64
import gc
import html
import json
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from urllib.parse import quote, quote_plus

import pyarrow as pa
import stack_data

import synerise_frames as sf
from synerise_frames.bulk.kept.packed import unpack
from synerise_frames.http.cache.sealed import unseal
from synerise_frames.redact import HiddenText

KEY = "cañary/key+1234-åbcd"
PASSWORD = 'cañary "pässword" 98'
CODE = "cañary code 135790"
EMAIL = "jané.cañary+7@example.com"
USER = "analyst@example.com"

SECRETS = {"key": KEY, "password": PASSWORD, "code": CODE, "e-mail": EMAIL}

#: So often a line is looked at with its expressions: by different calls, it holds other values.
_OFTEN = 3

#: The code of tests; what is in its variables was put there by somebody who knows it.
_TESTS = Path(__file__).parents[2]


def canaries(tokens: Sequence[str]) -> dict[str, str]:
    """Give what is looked for."""
    # How the second parts of all tokens of the tests' server begin, and of no others.
    begins = {token.split(".")[1][:32] for token in tokens}
    assert len(begins) <= 1
    return SECRETS | dict(zip(["token"], begins, strict=False))


@cache
def forms(secret: str) -> dict[str, bytes]:
    """Give what a secret looks like in bytes, however it was written."""
    raw = secret.encode()
    found = {
        "plain": raw,
        "UTF-16": secret.encode("utf-16-le"),
        "hex": raw.hex().encode(),
        "URL": quote(secret, safe="").encode(),
        "URL of a form": quote_plus(secret).encode(),
        "URL, some kept": quote(secret, safe="/@").encode(),
        "JSON": json.dumps(secret)[1:-1].encode(),
        "JSON in JSON": json.dumps(json.dumps(secret)[1:-1])[1:-1].encode(),
        "JSON, all escaped": "".join(f"\\u{ord(c):04x}" for c in secret).encode(),
        "JSON, capitals": "".join(f"\\u{ord(c):04X}" for c in secret).encode(),
        "HTML": html.escape(secret).encode(),
        "repr": repr(secret)[1:-1].encode(),
        "repr of bytes": repr(raw)[2:-1].encode(),
        "repr of bytes of a header": repr(secret.encode("latin-1"))[2:-1].encode(),
    }
    for offset in range(3):
        # Without the first and last letters, which depend on the neighbours.
        packed = base64.b64encode(b"\0" * offset + raw)[(0, 2, 3)[offset] : -4]
        found[f"base64 at {offset}"] = packed
        found[f"base64 for URLs at {offset}"] = packed.translate(bytes.maketrans(b"+/", b"-_"))
    return {name: form for name, form in found.items() if len(form) > 8}


@dataclass(frozen=True, order=True)
class Hit:
    where: str
    canary: str
    form: str


@dataclass
class Hunt:
    """What is looked for, and where it was found."""

    canaries: dict[str, str]
    hits: list[Hit] = field(default_factory=list)
    #: How much was searched, so that a search of nothing is noticed.
    searched: dict[str, int] = field(default_factory=dict)
    done: dict[bytes, set[tuple[str, str]]] = field(default_factory=dict, repr=False)
    #: How often each line was looked at with its expressions.
    looked: Counter[tuple[Path, int]] = field(default_factory=Counter, repr=False)

    def __post_init__(self) -> None:
        self.wanted = [
            # Hexadecimal digits are written in both ways.
            (canary, form, looks.swapcase() if is_hex else looks)
            for canary, secret in self.canaries.items()
            for form, looks in forms(secret).items()
            for is_hex in (False, True)
            if not is_hex or form in ("hex", "URL", "URL of a form", "URL, some kept")
        ]

    def search(self, where: str, content: bytes | str) -> None:
        data = content.encode(errors="surrogatepass") if isinstance(content, str) else content
        place = where.split(":", maxsplit=1)[0]
        self.searched[place] = self.searched.get(place, 0) + len(data)
        if data not in self.done:
            self.done[data] = {
                (canary, form) for canary, form, looks in self.wanted if looks in data
            }
        self.hits += [Hit(where, canary, form) for canary, form in self.done[data]]

    @property
    def places(self) -> set[tuple[str, str]]:
        return {(hit.where, hit.canary) for hit in self.hits}


def search_files(hunt: Hunt, folder: Path) -> None:
    """Search names and bytes of all files, and what they hold when they are unpacked."""
    for path in sorted(folder.rglob("*")):
        hunt.search("file name", str(path.relative_to(folder)))
        if not path.is_file():
            continue
        content = path.read_bytes()
        hunt.search("file", content)
        if path.suffix == ".lock":
            assert not content
            continue
        opened = unseal(path.name.removesuffix(".answer").removesuffix(".arrow"), content)
        assert opened, f"{path.name} cannot be read"
        head, payload = opened
        hunt.search("file, head", json.dumps(head))
        if path.suffix == ".answer":
            body = pa.decompress(payload, head["size"], codec="zstd", asbytes=True)
            hunt.search("file, answer", body)
        elif path.suffix == ".known":
            hunt.search("file, known", repr([batch.to_pylist() for batch in unpack(payload)]))
        else:
            table = pa.ipc.open_file(pa.py_buffer(payload)).read_all()
            hunt.search("file, frame", repr(table.to_pylist()))
            hunt.search("file, schema", b"".join([*(table.schema.metadata or {}).values()]))


def search_objects(hunt: Hunt) -> None:
    """Search the repr of every object of the library that lives."""
    for thing in gc.get_objects():
        kind = type(thing)
        named = str(getattr(kind, "__module__", "")).startswith("synerise_frames")
        # The frame's own accessor shows nothing of its own.
        if named and not isinstance(thing, type):
            where = f"repr: {kind.__module__.rpartition('.')[2]}.{kind.__name__}"
            # A hidden text that is written into another text is that text, as it has to be.
            shown = repr(thing) if isinstance(thing, HiddenText) else f"{thing!r} {thing!s}"
            hunt.search(where, shown)


def chain(error: BaseException) -> Iterator[BaseException]:
    """Give an error with all that led to it, also what is not printed."""
    todo, seen = [error], set()
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            todo += [other for other in (one.__cause__, one.__context__) if other]


def search_error(hunt: Hunt, error: BaseException, *, deep: bool = True) -> None:
    """Search an error and what led to it: what it says, what it holds, its traceback.

    Where it is `deep`, with the values of expressions, which takes time.
    """
    for one in chain(error):
        hunt.search("error", f"{one!s} {one!r} {one.args!r} {vars(one)!r}")
        if isinstance(one, sf.SyneriseError):
            hunt.search("error", json.dumps(one.to_dict()))
        for where, shown in local_variables(one):
            hunt.search(f"locals: {where}", shown)
        for where, shown in expressions(one, hunt.looked) if deep else ():
            hunt.search(f"expressions: {where}", shown)
    hunt.search("traceback", "".join(traceback.format_exception(error)))


def local_variables(error: BaseException) -> Iterator[tuple[str, str]]:
    """Give what tracers would show of the frames that an error came through."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        path = Path(frame.f_code.co_filename)
        if _TESTS not in path.parents:
            for name, value in frame.f_locals.items():
                yield f"{path.name}, {frame.f_code.co_name}, {name}", repr(value)


def expressions(
    error: BaseException, looked: Counter[tuple[Path, int]]
) -> Iterator[tuple[str, str]]:
    """Give what notebooks show in the mode Verbose: values of what is written in the code."""
    step = error.__traceback__
    while step:
        path = Path(step.tb_frame.f_code.co_filename)
        looked[path, step.tb_lineno] += 1
        if _TESTS not in path.parents and looked[path, step.tb_lineno] <= _OFTEN:
            known = stack_data.FrameInfo(step)
            for name, _, value in known.variables:
                yield f"{path.name}, {known.executing.code_qualname()}, {name}", repr(value)
        step = step.tb_next
