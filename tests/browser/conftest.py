"""JupyterLab in a real browser: a server on loopback, headless Chromium, a notebook a test."""

from __future__ import annotations

import json
import os
import random
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

sync_api = pytest.importorskip(
    "playwright.sync_api", reason='pip install "synerise-frames[browser]" has what drives a browser'
)

_MILLISECONDS = 120_000.0


def find_browser() -> str:
    """Give the path of a Chromium, or skip with words that say how to get one."""
    named = os.environ.get("SYNERISE_TEST_BROWSER")
    names = [named] if named else ["chromium", "chromium-browser", "google-chrome", "chrome"]
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(
            f"no browser ({', '.join(names)}): apt-get install chromium, "
            "or SYNERISE_TEST_BROWSER=/path/to/chromium"
        )
    return found


@dataclass
class Lab:
    """A JupyterLab that runs."""

    url: str
    token: str
    folder: Path


def _free_port() -> int:
    """Give a port that no connection of another test is given before JupyterLab takes it."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def _environment(home: Path) -> dict[str, str]:
    """Give an environment in which nothing of the person who runs the tests is read or written."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "SYNERISE_"))}
    # The store of the demo workspace is built once, and not for each home.
    if cache := os.environ.get("SYNERISE_CACHE_DIR"):
        kept["SYNERISE_CACHE_DIR"] = cache
    else:
        from platformdirs import user_cache_dir

        kept["SYNERISE_CACHE_DIR"] = user_cache_dir("synerise-frames")
    places = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }
    return kept | {name: str(place) for name, place in places.items()}


def _settings(home: Path, plugin: str, **values: object) -> None:
    file = (
        home / "settings" / "@jupyterlab" / "apputils-extension" / f"{plugin}.jupyterlab-settings"
    )
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    find_browser()
    home = tmp_path_factory.mktemp("lab")
    notebooks = home / "notebooks"
    notebooks.mkdir()
    _settings(home, "notification", fetchNews="false")
    port, token = _free_port(), secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", "--allow-root"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={notebooks}"]
    command += [
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    log = home / "server.log"
    with log.open("wb") as written:
        server = subprocess.Popen(
            command, env=_environment(home), cwd=home, stdout=written, stderr=written
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _await(f"{url}/api/status?token={token}", server, log)
        yield Lab(url, token, notebooks)
    finally:
        server.terminate()
        try:
            server.wait(120)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _await(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    ends = time.monotonic() + 300
    while time.monotonic() < ends:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=30):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[sync_api.Browser]:
    path = find_browser()
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, headless=True, args=quiet, timeout=_MILLISECONDS
        )
        yield chromium
        chromium.close()


class Notebook:
    """A notebook in JupyterLab, as a person at a keyboard has it."""

    def __init__(self, lab: Lab, page: sync_api.Page) -> None:
        self.page = page
        name = f"{secrets.token_hex(4)}.ipynb"
        cell = {"cell_type": "code", "id": "first", "metadata": {}, "outputs": []}
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        content = {
            "cells": [{**cell, "execution_count": None, "source": "1"}],
            "metadata": kernel,
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (lab.folder / name).write_text(json.dumps(content))
        page.goto(f"{lab.url}/lab/workspaces/{name[:8]}/tree/{name}?token={lab.token}")
        page.locator(".jp-Notebook .cm-content").first.wait_for()
        self._warm_up()

    def use_theme(self, name: str) -> None:
        """Change the theme in the menu."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Settings").click()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Theme$")).hover()
        self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(f"^{name}$")).click()
        is_light = "true" if "Light" in name else "false"
        self.page.locator(f'body[data-jp-theme-light="{is_light}"]').wait_for(state="attached")

    def _warm_up(self) -> None:
        """Run something until it runs: before the kernel is connected, that does nothing."""
        cell = self.cells.nth(0)
        self.page.locator(".jp-Toolbar-kernelName", has_text="ipykernel").first.wait_for()
        for _ in range(40):
            try:
                cell.locator(".cm-content").click(timeout=5_000)
                self.page.keyboard.press("Control+Enter")
                # Any number: what was sent twice runs twice.
                cell.get_by_text(re.compile(r"^\[\d+\]:$")).first.wait_for(timeout=1_000)
            except sync_api.TimeoutError:
                # Without a kernel, JupyterLab asks which one to take: the one it names.
                for dialog in self.page.locator(".jp-Dialog").all():
                    dialog.locator("button").last.click()
                continue
            self.page.keyboard.press("b")
            return
        raise AssertionError("the kernel runs nothing")

    @property
    def cells(self) -> sync_api.Locator:
        return self.page.locator(".jp-Notebook .jp-CodeCell")

    def wait_until_idle(self) -> None:
        """Wait for the kernel's own word: until then, one that was interrupted refuses new cells.

        Its traceback is there before, and a cell that is sent in between never runs.
        """
        self.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').wait_for()

    def run(self, code: str) -> sync_api.Locator:
        """Put the code into the last cell, run it, and give its output."""
        return self._run_last(lambda: self.page.keyboard.insert_text(code))

    def paste_and_run(self) -> sync_api.Locator:
        """Paste what is in the clipboard into the last cell, run it, and give its output."""
        return self._run_last(lambda: self.page.keyboard.press("Control+v"))

    def _run_last(self, write: object) -> sync_api.Locator:
        count = self.cells.count()
        cell = self.cells.nth(count - 1)
        cell.locator(".cm-content").click()
        write()  # type: ignore[operator]
        self.page.keyboard.press("Shift+Enter")
        # The next cell is there as soon as this one runs.
        self.cells.nth(count).wait_for()
        return cell.locator(".jp-Cell-outputArea")


@pytest.fixture
def notebook(lab: Lab, browser: sync_api.Browser) -> Iterator[Notebook]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 1100}, permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(_MILLISECONDS)
    page = context.new_page()
    yield Notebook(lab, page)
    context.close()
