"""The canaries in a notebook: a real kernel, all that it shows, and the file that is saved."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.manager import start_new_kernel
from jupyter_core.utils import ensure_event_loop

from tests.cache.canary.hunting import CODE, EMAIL, KEY, PASSWORD, USER, Hunt, canaries
from tests.cache.canary.zoo import GUID, NOBODY
from tests.cache.conftest import PATHS

#: What the notebook's author keeps out of the notebook.
VAULT = """
import json
from pathlib import Path

def __getattr__(name):
    return lambda: json.loads(Path("vault.json").read_text("utf-8"))[name]
"""

BEGIN = """
%xmode Verbose
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
import vault
import synerise_frames as sf
"""

#: With a server that is well.
WELL = [
    "ws = sf.connect(paths=vault.paths())\nws",
    "user = sf.connect(username='me', password=vault.password(), workspace=vault.guid(), "
    "mfa=vault.code)\nuser",
    "vars(ws)",
    "ws.context",
    "vars(ws.context.api)",
    "vars(user.context.api._auth)",
    "ws.trends.calculate('t', dates=sf.between('2020-01-01', '2020-02-01'), interval='1D')",
    "ws.metrics.list()",
    "ws.aggregates.calculate('a', vault.email(), by='email')['value']",
    "print(ws.aggregates.calculate('a', vault.email(), by='email').synerise.explain())",
    "ws.profiles([vault.email()], by='email')",
    "plan = ws.profiles([vault.email()], by='email').plan(aggregates='a')\nplan",
    "result = plan.run()\nresult",
    "ws.cache.info()",
    "ws.cache",
    "sf.show_config()",
    "sf.connect(api_key=vault.key(), auth='none')",
    "sf.connect(username='me', password=vault.password(), mfa_type='LETTER')",
    "sf.connect(offline=True, tz='UTC').aggregates.calculate('b', vault.email(), by='email')",
    "sf.connect(host=vault.nobody(), auth='basic', workspace_guid='g', "
    "retry=sf.RetryPolicy(attempts=1)).metrics.list()",
]

#: With a server that refuses, and throws back what it was sent.
ILL = [
    "ws.aggregates.calculate('c', vault.email(), by='email')",
    "ws.trends.preview({'email': vault.email()})",
    "ws.call('aggregates.calculate', aggregateId='d', identifierType='email', "
    "identifierValue=vault.email())",
    "ws.profiles([vault.email()], by='email').plan(aggregates='f').run(progress=False)",
    "ws.auth.login_profile(vault.key(), 'OAUTH', email=vault.email(), allow_unverified=True)",
    "user.metrics.list()",
]

INTERRUPTED = "ws.aggregates.calculate('e', vault.email(), by='email')"

UNSAFE = """
from synerise_frames import redact
for kind, plain in ((redact.HiddenText, str), (redact.HiddenBytes, bytes),
                    (redact.HiddenDict, dict), (redact.HiddenList, list)):
    kind.__repr__ = plain.__repr__
"""


class Notebook:
    """Cells, run by a kernel as they are written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        env = {name: value for name, value in os.environ.items() if name[:3] != "PYT"}
        env |= {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder / "run")}
        env |= {"PYTHONPATH": os.pathsep.join([str(folder), str(Path.cwd())])}
        env |= {"SYNERISE_API_KEY": KEY, "SYNERISE_CACHE_DIR": str(folder / "cache")}
        self.env = env
        self.cells: list[Any] = []

    def start(self, **env: str) -> None:
        self.manager, self.client = start_new_kernel(
            kernel_name="python3", env=self.env | env, cwd=str(self._folder)
        )

    def run(self, *sources: str) -> None:
        for source in sources:
            outputs: list[Any] = []

            def keep(message: Any, outputs: list[Any] = outputs) -> None:
                if message["header"]["msg_type"] in ("stream", "display_data", "execute_result",
                                                     "error"):  # fmt: skip
                    outputs.append(nbformat.v4.output_from_msg(message))

            self.client.execute_interactive(
                source, output_hook=keep, timeout=120, stop_on_error=False, allow_stdin=False
            )
            self.cells.append(nbformat.v4.new_code_cell(source, outputs=outputs))

    def saved(self) -> str:
        """Save the cells that were run since the last time, and give the file's content."""
        path = self._folder / "notebook.ipynb"
        nbformat.write(nbformat.v4.new_notebook(cells=self.cells), path)
        self.cells = []
        return path.read_text("utf-8")

    def stop(self) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        # The client leaves it open.
        ensure_event_loop().close()


def texts(value: Any) -> Iterator[str]:
    """Give the texts of a notebook as they are seen: without colors, which may cut them."""
    if isinstance(value, str):
        yield re.sub(r"\x1b\[[0-9;]*m", "", value)
    elif isinstance(value, list):
        # The lines of an output.
        yield from texts("".join(value) if {*map(type, value)} == {str} else "")
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts(item)


def hunted(content: str, tokens: list[str]) -> Hunt:
    hunt = Hunt(canaries(tokens))
    hunt.search("notebook", content)
    for text in texts(json.loads(content)):
        hunt.search("seen", text)
    return hunt


@contextmanager
def opened(api: Any, tmp_path: Path) -> Iterator[Notebook]:
    api.person, api.echoes = EMAIL, False
    api.logins |= {"/uauth/auth/login/user", f"/uauth/auth/login/user/profile/{GUID}"}
    (tmp_path / "vault.py").write_text(VAULT, "utf-8")
    secrets = {"key": KEY, "password": PASSWORD, "code": CODE, "email": EMAIL, "user": USER}
    more = {"paths": PATHS, "guid": GUID, "nobody": NOBODY}
    (tmp_path / "vault.json").write_text(json.dumps(secrets | more), "utf-8")
    book = Notebook(tmp_path)
    book.start(SYNERISE_HOST=api.url, SYNERISE_TZ="Europe/Warsaw")
    try:
        yield book
    finally:
        book.stop()


def test_nothing_is_found_in_a_notebook(api: Any, tmp_path: Path) -> None:
    with opened(api, tmp_path) as notebook:
        searched(api, notebook)


def searched(api: Any, notebook: Notebook) -> None:
    def press(*_: str) -> None:
        api.before = lambda *_: None
        time.sleep(0.3)  # until the kernel awaits the answer
        # Not by the manager, which would leave an event loop to this thread.
        os.kill(notebook.manager.provisioner.pid, signal.SIGINT)

    def throw_back() -> None:
        told = f"apiKey={KEY} password: {PASSWORD} Authorization: Bearer {api.tokens[-1]}"
        api.say(400, json.dumps({"message": told}).encode())

    notebook.run(BEGIN, *WELL)
    throw_back()
    notebook.run(*ILL)
    api.say()
    api.before = press
    notebook.run(INTERRUPTED)
    content = notebook.saved()
    errors = [
        output["ename"]
        for cell in json.loads(content)["cells"]
        for output in cell["outputs"]
        if output["output_type"] == "error"
    ]
    assert errors == [
        *("ConfigError", "ConfigError", "OfflineMiss", "TransportError"),
        *("InvalidRequest",) * 6,
        *("KeyboardInterrupt",),
    ]  # fmt: skip
    seen = "\n".join(texts(json.loads(content)))
    # Logs at DEBUG, and values of local variables where they are hidden, in code of others too.
    for shown in ("DEBUG:urllib3", "api_key=***", "password = ***", "profile = ***", "body = ***",
                  "header = ***", "'Authorization': ***", "request.body = ***"):  # fmt: skip
        assert shown in seen, shown
    assert hunted(content, api.tokens).hits == []

    # Without the safeguard, the same cells are found out.
    notebook.run(UNSAFE, WELL[16])
    throw_back()
    notebook.run(*ILL[:3])
    places = {hit.canary for hit in hunted(notebook.saved(), api.tokens).hits}
    assert places >= {"key", "e-mail"}
