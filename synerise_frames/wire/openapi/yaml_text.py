"""YAML as JSON would have it: no dates, no `yes`, no code, no bombs."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, ClassVar

from synerise_frames.errors import ConfigError
from synerise_frames.extras import require

#: Values a document may have after all its aliases are written out.
MAX_VALUES = 5_000_000
#: Entries that merge keys (``<<``) may bring into one document.
_MAX_MERGED = 1_000_000
_TAG = "tag:yaml.org,2002:"

# The core schema of YAML 1.2: PyYAML's own rules (1.1) turn `on` into true, `12:30` into
# a number and `2024-01-01` into a date.
_IMPLICIT = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"0|-?[1-9][0-9]{0,17}", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?", list("-0123456789")),
    ("merge", r"<<", ["<"]),
)


def parse_yaml(name: str, text: str) -> Any:
    """Read YAML text into plain values with text as keys.

    Raises
    ------
    ConfigError
        If PyYAML is not installed, or the text is no YAML that can be read safely.
    """
    require("openapi", "yaml")
    import yaml  # noqa: PLC0415 - only in the extra

    try:
        return _written_out(yaml.load(text, _loader()))  # noqa: S506 - a safe loader's child
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ConfigError(
            f"{name} is neither JSON nor valid YAML: {error.problem}{where}.",
            hint="Give an OpenAPI 3.0 or 3.1 file, or download it again.",
        ) from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        if isinstance(error, ConfigError):
            raise
        raise ConfigError(
            f"{name} holds YAML that cannot be read (control characters, or nested too deep).",
            hint="Give the document as JSON.",
        ) from None
    except _TooMuchError:
        raise ConfigError(
            f"{name} has YAML aliases that repeat themselves or expand beyond reason.",
            hint="Give the document as JSON, without aliases.",
        ) from None


class _TooMuchError(Exception):
    """The aliases of the text stand for more than anybody wants to read."""


@cache
def _loader() -> Any:
    """Make the loader: PyYAML's safe one (in C, where it is built) with our own rules."""
    import yaml  # noqa: PLC0415

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]
        yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}
        merged = 0

        def flatten_mapping(self, node: Any) -> None:
            # PyYAML's own keeps duplicates, so merges of merges grow without bound.
            merges = [v for k, v in node.value if k.tag == f"{_TAG}merge"]
            if not merges:
                return
            pairs: dict[Any, Any] = {}
            for source in merges:
                parts = source.value if isinstance(source, yaml.SequenceNode) else [source]
                for part in parts:
                    if not isinstance(part, yaml.MappingNode):
                        raise yaml.constructor.ConstructorError(
                            None, None, "a merge of what is no mapping", part.start_mark
                        )
                    self.flatten_mapping(part)
                    self.merged += len(part.value) + 1
                    if self.merged > _MAX_MERGED:
                        raise _TooMuchError
                    for key, value in part.value:
                        pairs.setdefault(_identity(key), (key, value))
            own = [(k, v) for k, v in node.value if k.tag != f"{_TAG}merge"]
            for key, _ in own:
                pairs.pop(_identity(key), None)
            node.value = [*pairs.values(), *own]

    for kind, pattern, first in _IMPLICIT:
        Loader.add_implicit_resolver(f"{_TAG}{kind}", re.compile(f"(?:{pattern})$"), first)
    return Loader


def _identity(key: Any) -> Any:
    return key.value if isinstance(key.value, str) else id(key)


def _written_out(value: Any) -> Any:
    """Give the value with text keys, after counting what its aliases stand for.

    A value under an alias is one object in many places, so each object is counted once
    and its count added wherever it stands.
    """
    sizes: dict[int, int] = {}
    done: dict[int, Any] = {}
    opened: set[int] = set()

    def visit(node: Any) -> tuple[Any, int]:
        if not isinstance(node, dict | list):
            return node, 1
        if id(node) in done:
            return done[id(node)], sizes[id(node)]
        if id(node) in opened:
            raise _TooMuchError
        opened.add(id(node))
        total = 1
        out: Any = {} if isinstance(node, dict) else []
        for key, child in node.items() if isinstance(node, dict) else enumerate(node):
            made, size = visit(child)
            total += size
            if total > MAX_VALUES:
                raise _TooMuchError
            if isinstance(node, dict):
                out[_key(key)] = made
            else:
                out.append(made)
        done[id(node)], sizes[id(node)] = out, total
        return out, total

    return visit(value)[0]


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return "null" if key is None else str(key)
