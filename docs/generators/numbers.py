"""The house in numbers, counted anew at each build."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from generators.files import Folder, table
from generators.house import PACKAGE, ROOT

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Function:
    """A function of the library: its lines without the docstring, and what it says of itself."""

    where: str
    lines: int
    is_public: bool
    is_documented: bool
    is_annotated: bool


def counted() -> dict[str, str]:
    """Count modules, lines, functions and tests."""
    sizes = {file.relative_to(PACKAGE).as_posix(): _lines(file) for file in _modules(PACKAGE)}
    largest = max(sizes, key=lambda name: sizes[name])
    functions = [one for file in _modules(PACKAGE) for one in _functions(file)]
    longest = max(functions, key=lambda one: one.lines)
    public = [one for one in functions if one.is_public]
    tests = sum(_lines(file) for file in _modules(ROOT / "tests"))
    return {
        "modules": f"{len(sizes):,}",
        "lines of them": f"{sum(sizes.values()):,}",
        "median module": f"{median(sizes.values()):.0f} lines",
        "largest module": f"{sizes[largest]} lines: `{largest}`",
        "longest function, without its docstring": f"{longest.lines} lines: `{longest.where}`",
        "public functions and methods with a docstring": _share(public, "is_documented"),
        "functions with all types": _share(functions, "is_annotated"),
        "lines of tests for each line of source": f"{tests / sum(sizes.values()):.2f}",
    }


def _modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


def _functions(file: Path) -> Iterator[Function]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    # What is within a function, or a method of a private class, is nobody's to call.
    for name, node in _named(tree.body, ""):
        doc = ast.get_docstring(node, clean=False)
        length = (node.end_lineno or 0) - node.lineno + 1 - (len(doc.splitlines()) if doc else 0)
        is_public = not any(part.startswith("_") for part in name.split("."))
        where = f"{file.relative_to(PACKAGE).as_posix()}, {name}"
        yield Function(where, length, is_public, doc is not None, _annotated(node))


def _named(body: list[ast.stmt], within: str) -> Iterator[tuple[str, _Function]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _named(node.body, f"{within}{node.name}.")
        elif isinstance(node, _Function) and not _is_overload(node):
            yield f"{within}{node.name}", node


def _is_overload(node: _Function) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in node.decorator_list)


def _annotated(node: _Function) -> bool:
    given = node.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    typed = [one.annotation for one in named if one and one.arg not in ("self", "cls")]
    return node.returns is not None and all(typed)


def _share(functions: list[Function], what: str) -> str:
    count = sum(bool(getattr(one, what)) for one in functions)
    return f"{count / len(functions):.1%} of {len(functions):,}"


def write(folder: Folder) -> None:
    """Write the table; it is no page of its own."""
    folder.write("numbers.txt", table(("what", "how many"), list(counted().items())) + "\n")
