"""Put our placeholder names into the path of a document."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

from synerise_frames.wire.openapi.operations import Documented
from synerise_frames.wire.openapi.plain import plain
from synerise_frames.wire.operation import Operation

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Placed:
    """A path with our placeholders, or the reason why there is none."""

    path: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()


def place(op: Operation, found: Documented) -> Placed:
    """Name the placeholders of a documented path as the registry does.

    They are matched by name, then by the segment before them (``trends/{id}``), then by
    position if as many are left on both sides.
    """
    template = found.path
    names = _PLACEHOLDER.findall(template)
    if len(set(names)) < len(names):
        return Placed(reason="its path has the same placeholder twice")
    ours = [*op.path_arguments]
    known = {name: "namespace" for name in names if _bare(name).endswith("namespace")}
    if len(known) > 1:
        return Placed(reason="its path has more than one namespace")
    for test in (operator.eq, _same_name, _by_segment(template)):
        _pair(known, ours, names, test)
    left_ours = [name for name in ours if name not in known.values()]
    left = [name for name in names if name not in known]
    texts: dict[str, str] = {}
    if len(left) == len(left_ours) + 1 and (unnamed := _namespace(op, template, known)):
        known[unnamed] = "namespace"
        left.remove(unnamed)
    if len(left) > len(left_ours):
        texts = {name: (found.fixed or {})[name] for name in left if name in (found.fixed or {})}
        left = [name for name in left if name not in texts]
    if len(left) < len(left_ours):
        return Placed(reason=f"its path has no place for {', '.join(left_ours)}")
    if len(left) > len(left_ours):
        strange = ", ".join(f"{{{plain(name, 40)}}}" for name in left)
        return Placed(reason=f"its path needs {strange}, and the library has no such value")
    known.update(zip(left, left_ours, strict=True))
    path = _PLACEHOLDER.sub(lambda m: texts.get(m[1]) or f"{{{known[m[1]]}}}", template)
    return Placed(path, notes=_notes(known, texts, left))


def _pair(
    known: dict[str, str], ours: list[str], names: list[str], test: Callable[[str, str], bool]
) -> None:
    """Add the pairs that a test finds, where it finds one partner only on both sides."""
    free = [name for name in ours if name not in known.values()]
    theirs = [name for name in names if name not in known]
    pairs = [(mine, name) for mine in free for name in theirs if test(mine, name)]
    sole = {n: m for m, n in pairs if sum(m == mine or n == name for mine, name in pairs) == 1}
    known.update(sole)


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _same_name(mine: str, name: str) -> bool:
    return _bare(mine) == _bare(name)


def _namespace(op: Operation, template: str, known: dict[str, str]) -> str:
    """Find the namespace under another name: it stands after the same segment as ours."""
    ours = re.search(r"([^/]+)/\{namespace\}", op.path)
    theirs = ours and re.search(rf"/{re.escape(ours[1])}/\{{([^{{}}]+)\}}", template)
    if not theirs or "namespace" in known.values() or theirs[1] in known:
        return ""
    return theirs[1]


def _by_segment(template: str) -> Callable[[str, str], bool]:
    """Make the test that looks at the segment before a placeholder."""
    before = {name: segment for segment, name in re.findall(r"([^/{}]+)/\{([^{}]*)\}", template)}

    def test(mine: str, name: str) -> bool:
        thing = re.sub(r"(id|uuid|type)$", "", _bare(mine))
        return bool(thing) and (
            thing in _bare(name) or _bare(before.get(name, "")).removesuffix("s") == thing
        )

    return test


def _notes(known: dict[str, str], texts: dict[str, str], by_position: list[str]) -> tuple[str, ...]:
    renamed = [
        f"{{{plain(name, 40)}}} is our {{{mine}}}" + (" by position" if name in by_position else "")
        for name, mine in known.items()
        if name != mine
    ]
    fixed = [f"{{{plain(name, 40)}}} is always {plain(text, 40)!r}" for name, text in texts.items()]
    return (*renamed, *fixed)
