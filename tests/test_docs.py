"""The site: it builds without a warning, and its generated pages tell all there is."""

from __future__ import annotations

import html
import inspect
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import synerise_frames as sf
from synerise_frames import errors
from synerise_frames.plotting.recognise import PICTURES
from synerise_frames.wire.operations import OPERATIONS
from tests.cache.canary.hunting import KEY, Hit, Hunt

pytest.importorskip("sphinx", reason="the site needs the extra docs: pip install -e '.[docs]'")

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site as `make docs` does, elsewhere: with the pages that it generates.

    By somebody whose environment holds a key, which no page may show.
    """
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
    done = subprocess.run(
        [*command, "-d", folder / "doctrees", DOCS, folder / "html"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "SYNERISE_API_KEY": KEY},
    )
    assert done.returncode == 0, done.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def generators() -> Iterator[None]:
    """Let tests import docs/generators, as conf.py does."""
    sys.path.insert(0, str(DOCS))
    yield
    sys.path.remove(str(DOCS))


class Page(HTMLParser):
    """What a page links to, what it loads, and what can be linked to in it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        if tag == "a":
            self.links.append(given.get("href", ""))
        elif tag in ("img", "script", "iframe", "source"):
            self.loaded.append(given.get("src", ""))
        elif tag == "link" and given.get("rel") in ("stylesheet", "preload", "icon"):
            self.loaded.append(given["href"])


def pages_of(site: Path) -> list[Path]:
    """Give the files that are pages; themes bring others."""
    return [file for file in site.rglob("*.html") if "_static" not in file.parts]


def text_of(page: Path) -> str:
    """Give the words of a page; a line break in a cell is a space between them."""
    text = re.sub(r"<br\b[^>]*>", "\n", page.read_text(encoding="utf-8"))
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def test_links_within_the_site_lead_somewhere(site: Path) -> None:
    pages = {file.resolve(): Page(file) for file in pages_of(site)}
    assert len(pages) > 40
    checked = 0
    for file, page in pages.items():
        for link in {*page.links, *page.loaded}:
            if not link or re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (file.parent / name.partition("?")[0]).resolve() if name else file
            assert target.exists(), f"{file.name} links to {link}"
            if anchor and target in pages:
                assert anchor in pages[target].ids, f"{file.name} links to {link}"
            checked += 1
    assert checked > 1000


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for file in pages_of(site):
        foreign = [one for one in Page(file).loaded if re.match(r"(https?:)?//", one)]
        assert not foreign, f"{file.name} loads {foreign}"


def test_the_gallery_shows_every_kind_that_has_a_picture(site: Path) -> None:
    file = site / "generated" / "gallery.html"
    page = Page(file)
    assert set(PICTURES) <= {one.removeprefix("gallery-").replace("-", "_") for one in page.ids}
    shown = {Path(one).stem for one in page.loaded}
    for kind in PICTURES:
        name = kind.replace("_", "-")
        assert {f"{name}-light", f"{name}-dark"} <= shown
    for one in filter(lambda one: one.endswith(".png"), page.loaded):
        assert (file.parent / one).stat().st_size > 2_000


def test_the_picture_of_the_front_page_is_of_its_lines(generators: None) -> None:
    from generators.examples import EXAMPLES

    front = (DOCS / "index.md").read_text(encoding="utf-8")
    (trend,) = [example for example in EXAMPLES if example.name == "trend"]
    assert trend.code in front
    assert f"gallery/{trend.name}-light.png" in front


def test_every_operation_and_its_evidence_is_there(site: Path) -> None:
    text = text_of(site / "generated" / "operations.html")
    for key, row in OPERATIONS.items():
        assert re.search(
            rf"\s{re.escape(key)}\s+{re.escape(row.summary)}\s+"
            rf"{re.escape(row.method)} {re.escape(row.path)}\s+{row.evidence}\s+"
            + r"\s+".join(map(re.escape, row.permissions)),
            text,
        ), key


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    anchors = set()
    for file in (site / "generated" / "reference").glob("*.html"):
        anchors |= Page(file).ids
    expected = {
        f"synerise_frames.{name}"
        for name in sf.__all__
        if not name.startswith("__") and not inspect.ismodule(getattr(sf, name))
    }
    expected |= {f"synerise_frames.frames.{name}" for name in sf.frames.__all__}
    with sf.connect(api_key="not-a-real-key", cache=False, offline=False) as ws:
        for value in vars(ws).values():
            kind = type(value)
            if kind.__module__.startswith("synerise_frames.kinds") and hasattr(kind, "list"):
                home = f"{kind.__module__}.{kind.__name__}"
                expected |= {f"{home}.{verb}" for verb in ("list", "create", "delete")}
    assert expected <= anchors


def documented() -> Iterator[tuple[str, Any]]:
    """Give the functions and methods of the reference, with their full names."""
    from generators.reference import INTERNAL, pages

    for page in pages():
        for name in page.entries:
            module, _, own = name.rpartition(".")
            thing = getattr(import_module(module), own)
            if inspect.isfunction(thing):
                yield name, thing
            elif not issubclass(thing, Exception):
                # What DataFrames or others have is theirs to document.
                for member, value in inspect.getmembers(thing, inspect.isfunction):
                    if not member.startswith("_") and member not in INTERNAL.get(own, ()):
                        yield f"{name}.{member}", value


def test_every_parameter_is_explained(generators: None) -> None:
    seen = 0
    for name, function in documented():
        doc = inspect.getdoc(function) or ""
        # "Otherwise as :func:`trend`."
        if re.search(r"\b(as|see|of|what)\s+:(func|meth):", doc):
            continue
        parameters = re.search(r"\nParameters\n-+\n(.*?)(\n\n[A-Z]\w+\n-+|\Z)", doc, re.DOTALL)
        told = set(
            re.findall(
                r"[*\w]+", " ".join(re.findall(r"^[*\w][*\w, ]*", parameters[1], re.MULTILINE))
            )
            if parameters
            else []
        )
        for parameter in inspect.signature(function).parameters.values():
            stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
            shown = stars.get(parameter.kind, "") + parameter.name
            assert shown in told | {"self", "cls"}, f"{name}: {shown} is not explained"
            seen += 1
    assert seen > 400


def test_pages_that_are_no_more_are_removed(generators: None, tmp_path: Path) -> None:
    from generators.files import Folder

    first = Folder(tmp_path)
    first.write("kept.md", "a")
    first.write("below/gone.md", "b")
    later = Folder(tmp_path)
    later.write("kept.md", "c")
    later.tidy()
    assert [file.name for file in tmp_path.rglob("*.md")] == ["kept.md"]
    assert (tmp_path / "kept.md").read_text() == "c"


def test_every_error_says_what_to_do(generators: None) -> None:
    from generators.errors import rows

    listed = {re.search(r"`(\w+)`", row[0])[1]: row for row in rows()}
    raised = {
        name
        for name in errors.__all__
        if issubclass(getattr(errors, name), errors.SyneriseError) and name != "SyneriseError"
    }
    assert set(listed) == raised
    for name, (title, when, advice) in listed.items():
        assert title == f"`{name}`<br>`{getattr(errors, name).default_code}`"
        assert when.endswith(".")
        assert ("may succeed later" in when) == getattr(errors, name).default_retryable
        assert advice.endswith("."), f"{name}: the second paragraph of its docstring says it"


def test_every_command_is_there(site: Path) -> None:
    from synerise_frames.cli.app import app

    text = text_of(site / "generated" / "command-line.html")
    for name, command in app.commands.items():
        assert f"Usage: synerise-frames {name} " in text
        for option in command.params:
            assert all(flag in text for flag in option.opts if flag.startswith("--"))


def test_every_notebook_is_there(site: Path) -> None:
    for file in (ROOT / "notebooks").glob("*.ipynb"):
        assert (site / "generated" / "notebooks" / f"{file.stem}.html").is_file()


def test_the_numbers_of_the_house_are_counted(site: Path) -> None:
    text = (site / "contributing.html").read_text()
    modules = len([*(ROOT / "synerise_frames").rglob("*.py")])
    assert f"<td><p>{modules:,}</p></td>" in text
    assert "<td><p>100.0% of" in text  # each public function says what it does


def test_the_picture_of_the_house_has_every_room(site: Path) -> None:
    svg = re.search(
        r'<svg class="sf-house".*?</svg>', (site / "contributing.html").read_text(), re.DOTALL
    )
    assert svg
    drawn = re.findall(r'<text [^>]*y="([\d.]+)">(\w+)</text>', svg[0])
    height = {name: float(y) for y, name in drawn}
    # tests/test_layers.py sees to it that each room has a place.
    place = runpy.run_path(str(ROOT / "tests" / "test_layers.py"))["PLACE"]
    assert height.keys() == place.keys() - {"__init__", "__main__", "_version"} | {
        "synerise_frames"
    }
    assert height["errors"] > height["http"] > height["wire"] > height["frames"] > height["cli"]


def secrets_in(*folders: Path) -> Hunt:
    """Search all files for the key of who built the site, and for tokens of the demo."""
    hunt = Hunt({"key": KEY})
    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        content = file.read_bytes()
        hunt.search(file.suffix, content)
        if re.search(rb"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.", content):
            hunt.hits.append(Hit(file.suffix, "token", "plain"))
    return hunt


def test_no_page_and_no_notebook_shows_a_secret(site: Path) -> None:
    # What was kept of reading the pages lies beside them.
    hunt = secrets_in(site.parent, DOCS / "generated", ROOT / "notebooks")
    assert {".html", ".js", ".doctree", ".md", ".png", ".ipynb"} <= {*hunt.searched}
    assert hunt.searched[".html"] > 1_000_000
    assert hunt.hits == []


@pytest.mark.parametrize("what", ["key", "token"])
def test_a_page_that_shows_one_is_found(what: str, tmp_path: Path) -> None:
    """A page that prints what the environment holds, as a generator might by mistake."""
    token = "eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiJzb21lYm9keSJ9.c2lnbmF0dXJl"
    page = "An example\n==========\n\n.. code-block:: text\n\n   connect(api_key=%s)\n"
    (tmp_path / "index.rst").write_text(page % {"key": KEY, "token": token}[what], "utf-8")
    (tmp_path / "conf.py").touch()
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", tmp_path, tmp_path / "html"]
    subprocess.run(command, check=True, timeout=120)
    found = {(hit.where, hit.canary) for hit in secrets_in(tmp_path / "html").hits}
    assert {(".html", what), (".doctree", what)} <= found
