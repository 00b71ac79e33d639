"""The API reference: which docstrings stand on which page."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

import synerise_frames as sf
from generators.files import Folder
from synerise_frames import errors, plotting
from synerise_frames.bulk import plan, profiles, result
from synerise_frames.bulk.progress import Progress
from synerise_frames.caching import CacheInfo
from synerise_frames.export.manifest import Manifest
from synerise_frames.periods import Absolute, Interval, Relative
from synerise_frames.plotting.accessor import Plot, SyneriseAccessor
from synerise_frames.provenance import explain
from synerise_frames.sandbox import Faults
from synerise_frames.syncing.result import Step, SyncResult
from synerise_frames.widgets.choice import Choice
from synerise_frames.widgets.exploration import Exploration
from synerise_frames.widgets.explorer import Explorer

#: Methods of public classes that only the library itself calls.
INTERNAL = {
    "Absolute": ("localised",),
    "Choice": ("asks_the_same", "check_series", "details", "of", "within", "words"),
    "Exploration": ("calculate", "checked", "listed", "resolved", "take"),
    "Interval": ("of", "offset", "shift"),
    "Plan": ("key",),
    "Progress": ("add", "on_cancel", "show"),
    "RateLimits": ("scopes",),
    "RetryPolicy": ("wait",),
    "Workspace": ("on_close",),
}

_DATASETS = ("write_dataset", "read_dataset", "compare", "sync")


@dataclass(frozen=True)
class Page:
    """One page of the reference: full names of functions and classes, in order."""

    name: str
    title: str
    words: str
    entries: tuple[str, ...]
    #: Whether methods of base classes are shown with the classes.
    inherited: bool = False
    #: Whether the library makes these objects: how they are made is nobody's business.
    made: bool = False


def _of(package: object, names: list[str]) -> tuple[str, ...]:
    return tuple(f"{package.__name__}.{name}" for name in names)  # type: ignore[attr-defined]


def _here(*things: object) -> tuple[str, ...]:
    """Give the names of public things: those of the package, if it has them."""
    found = []
    for thing in things:
        name = thing.__name__  # type: ignore[attr-defined]
        home = "synerise_frames" if name in sf.__all__ else thing.__module__
        found.append(f"{home}.{name}")
    return tuple(found)


def _kinds() -> Iterator[Page]:
    with sf.connect(api_key="not-a-real-key", cache=False, offline=False) as ws:
        for name, value in vars(ws).items():
            if type(value).__module__.startswith("synerise_frames.kinds") and name != "context":
                title = f"ws.{name}"
                yield Page(f"ws-{name}", title, "", _here(type(value)), inherited=True, made=True)


def pages() -> list[Page]:
    """Give all pages; what is public and has no place of its own stands on the last one."""
    found = [
        Page(
            "connecting",
            "Connecting",
            "From settings to a workspace.",
            _here(
                sf.connect, sf.demo, sf.show_config, sf.CachePolicy, sf.RateLimits, sf.RetryPolicy
            ),
        ),
        Page(
            "workspace",
            "Workspace",
            "What ``ws`` is.",
            _here(sf.Workspace),
            inherited=True,
            made=True,
        ),
        *_kinds(),
        Page(
            "cache",
            "ws.cache",
            "What is kept of earlier answers.",
            _here(type(_cache()), CacheInfo),
            made=True,
        ),
        Page(
            "bulk",
            "Many profiles",
            "``ws.profiles(ids).plan(…).run()``.",
            (
                *_here(profiles.Profiles, plan.Plan, result.Result, Progress),
                "synerise_frames.resume",
            ),
            made=True,
        ),
        Page(
            "time",
            "Windows and intervals",
            "What ``dates=`` and ``interval=`` take.",
            _here(sf.last, sf.between, Relative, Absolute, Interval),
        ),
        Page(
            "accessor",
            "df.synerise",
            "What a frame of this library can do beyond being a DataFrame.",
            (
                *_here(SyneriseAccessor, Plot, explain),
                "synerise_frames.comparing.compare_periods",
            ),
            made=True,
        ),
        Page(
            "plotting",
            "Pictures",
            "``df.synerise.plot`` without the accessor.",
            _of(plotting, plotting.__all__),
        ),
        Page(
            "datasets",
            "Data sets",
            "Many frames as one partitioned table that BI reads.",
            (
                *_of(sf, [n for n in _DATASETS if n in sf.__all__]),
                *_here(Manifest, SyncResult, Step),
            ),
            made=True,
        ),
        Page(
            "explorer",
            "Explorer",
            "What ``ws.explore()`` gives.",
            _here(Explorer, Exploration, Choice),
            made=True,
        ),
        Page(
            "frames",
            "Readers",
            "The JSON of an answer to a frame: no network, no workspace.",
            _of(sf.frames, sf.frames.__all__),
        ),
        Page(
            "schema",
            "Schema",
            "Declared columns, and what was not expected.",
            _of(sf.schema, [n for n in sf.schema.__all__ if n.islower()]),
        ),
        Page(
            "errors",
            "Errors and warnings",
            "One family of errors; the class says what went wrong, the hint what to do.",
            _of(sf, [n for n in errors.__all__ if n in sf.__all__]),
            made=True,
        ),
        Page("sandbox", "Faults of the demo workspace", "", _here(Faults)),
    ]
    rest = [name for name in sf.__all__ if not _is_placed(name, found)]
    return [*found, Page("more", "More", "", _of(sf, rest))] if rest else found


def made_by_library() -> frozenset[str]:
    """Give the full names of classes that nobody makes but the library."""
    names = [name for page in pages() if page.made for name in page.entries]
    return frozenset(names)


def _cache() -> object:
    with sf.connect(api_key="not-a-real-key", cache=False, offline=False) as ws:
        return ws.cache


def _is_placed(name: str, found: list[Page]) -> bool:
    """Say whether a public name is on a page, or needs none: modules have pages of their own."""
    if name.startswith("__") or inspect.ismodule(getattr(sf, name)):
        return True
    return any(f"synerise_frames.{name}" in page.entries for page in found)


def text(page: Page) -> str:
    """Give a page as reStructuredText: a table of what is on it, then each in full."""
    title = f"{page.title}\n{'=' * len(page.title)}"
    parts = [title, page.words, *(_entry(name, page.inherited) for name in page.entries)]
    if len(page.entries) > 1:
        parts.insert(2, _overview(page.entries))
    return "\n\n".join(filter(None, parts)) + "\n"


def _overview(entries: tuple[str, ...]) -> str:
    # Short names in docstrings are looked up in the module that is named first.
    module = entries[0].rpartition(".")[0]
    # The tilde: without the modules of others.
    inside = [name.removeprefix(module + ".") for name in entries]
    listed = "\n".join(f"   {'~' * ('.' in name)}{name}" for name in inside)
    return f".. currentmodule:: {module}\n\n.. autosummary::\n   :nosignatures:\n\n{listed}"


def _entry(name: str, inherited: bool) -> str:
    module, _, own = name.rpartition(".")
    thing = getattr(import_module(module), own)
    where = f".. currentmodule:: {module}\n\n"
    if not inspect.isclass(thing):
        return f"{where}.. autofunction:: {own}"
    options = "   :members:" + ("\n   :inherited-members:" if inherited else "")
    if own in INTERNAL:
        options += f"\n   :exclude-members: {', '.join(INTERNAL[own])}"
    if issubclass(thing, Warning | Exception):
        options = "   :show-inheritance:"
    return f"{where}.. autoclass:: {own}\n{options}"


_INDEX = """\
API reference
=============

From the docstrings of the code. Their examples are run by the tests. ``import
synerise_frames as sf`` gives the names without the package.

{listed}

.. toctree::
   :hidden:

{names}
"""


def index(found: list[Page]) -> str:
    """Give the page that lists the others, as reStructuredText."""
    listed = [f":doc:`reference/{page.name}`\n   {_words(page)}" for page in found]
    names = [f"   reference/{page.name}" for page in found]
    return _INDEX.format(listed="\n\n".join(listed), names="\n".join(names))


def _words(page: Page) -> str:
    """Give the page's words, or else the first ones of what it is about."""
    if page.words:
        return page.words
    module, _, own = page.entries[0].rpartition(".")
    doc = inspect.getdoc(getattr(import_module(module), own)) or ""
    return " ".join(doc.partition("\n\n")[0].split())


def write(folder: Folder) -> None:
    """Write all pages and their index."""
    found = pages()
    for page in found:
        folder.write(f"reference/{page.name}.rst", text(page))
    folder.write("reference.rst", index(found))
