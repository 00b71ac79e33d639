"""Files that are read: no code in them is run, none grows beyond reason, none leads elsewhere."""

from __future__ import annotations

import ast
import json
import zipfile
from pathlib import Path

import pytest

import synerise_frames as sf
from tests.hardening.calls import KEY
from tests.hardening.server import RawServer, wire

PACKAGE = Path(sf.__file__).parent

#: What runs code that stands in data, or unpacks without a bound.
DANGEROUS = {
    "pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "zipfile", "tarfile",
    "xml", "lxml", "gzip", "bz2", "lzma", "zlib",
}  # fmt: skip
#: Where it is used with reason.
ALLOWED = {
    ("bulk/cluster/parcels.py", "pickle"),  # between a run and its own workers, as Dask does
    ("kinds/shortcuts.py", "marshal"),  # written to be a key, never read
    ("http/cache/sealed.py", "zlib"),  # a checksum
}
CALLS = {"eval", "exec", "compile", "__import__"}


def test_no_module_reads_what_could_run() -> None:
    found = set()
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {(name, one.name.split(".")[0]) for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                found |= {(name, str(node.module).split(".")[0])}
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in CALLS, f"{name}, line {node.lineno}"
    assert {one for one in found if one[1] in DANGEROUS} == ALLOWED


CODE = [
    "!!python/object/apply:os.system ['touch {mark}']",
    "!!python/object/new:os.system [touch {mark}]",
    "!!python/name:os.system",
    "!!python/module:os",
    "openapi: !!python/object/apply:subprocess.check_output [[touch, {mark}]]",
]


@pytest.mark.parametrize("text", CODE)
def test_no_code_in_a_document_is_run(text: str, tmp_path: Path) -> None:
    mark, file = tmp_path / "mark", tmp_path / "openapi.yaml"
    file.write_text(text.format(mark=mark))
    with pytest.raises(sf.ConfigError) as caught:
        sf.connect(api_key=KEY, openapi=file)
    assert caught.value.hint
    assert not mark.exists()


def test_a_packed_document_is_not_unpacked(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("../../evil.json", b" " * (64 << 20))
    with pytest.raises(sf.ConfigError, match="ZIP"):
        sf.connect(api_key=KEY, openapi=file)
    assert [*tmp_path.iterdir()] == [file]


NAMES = ["../up", "..", ".", "/etc", "a/b", "a\\\\b", "", "~", "a\\u0000b", "_meta", "C:x"]


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_data_set_is_a_folder_below_its_root(name: str, tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    recipe = inside / "recipe.toml"
    recipe.write_text(
        f'root = "data"\n[[dataset]]\nname = "{name}"\nkind = "metric"\nanalysis = "Revenue"\n'
    )
    with sf.connect(api_key=KEY, cache=False) as ws, pytest.raises(sf.ConfigError):
        sf.sync(recipe, ws)
    assert sorted(tmp_path.rglob("*")) == [inside, recipe]


DIRTY = "evil\x1b[2J\x07\r\n<script>\u202e$x$"


def test_a_name_from_the_server_is_text_wherever_it_is_shown(
    server: RawServer, connect: object, tmp_path: Path
) -> None:
    """In errors, in notebooks, as part of a path: as what it is, and as nothing else."""
    listed = {"data": [{"id": "m", "name": DIRTY}, {"id": "n", "name": DIRTY}]}
    server.answer = lambda seen: wire(json.dumps(listed).encode())
    ws: sf.Workspace = connect()  # type: ignore[operator]
    with pytest.raises(sf.NotFound) as caught:
        ws.metrics.find(DIRTY)
    assert "\x1b" not in str(caught.value)
    frame = ws.metrics.list()
    assert frame["name"].tolist() == [DIRTY, DIRTY]
    assert "<script>" not in ws.metrics._repr_html_()  # type: ignore[attr-defined]
    sf.write_dataset(frame, tmp_path / "set", partition_by=["name"])
    (folder,) = (one for one in (tmp_path / "set").iterdir() if "name" in one.name)
    assert folder.name.isascii()
    assert sf.read_dataset(tmp_path / "set")["name"].tolist() == [DIRTY, DIRTY]
