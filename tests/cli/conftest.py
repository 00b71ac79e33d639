"""An account: the embedded workspace as a server, with the settings that a shell has."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from synerise_frames.sandbox.launch import launch


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with launch() as sandbox:
        yield {
            "SYNERISE_HOST": sandbox.url,
            "SYNERISE_API_KEY": sandbox.api_key,
            "SYNERISE_TZ": sandbox.timezone,
            "SYNERISE_CACHE_DIR": str(tmp_path_factory.mktemp("cache")),
            "SYNERISE_CONFIG_DIR": str(tmp_path_factory.mktemp("config")),
            "A_TREND": sandbox.definitions["trend"][0],
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }


@pytest.fixture
def account(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> dict[str, str]:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return settings
