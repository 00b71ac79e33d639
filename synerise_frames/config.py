"""Settings: arguments win over the environment, which wins over a file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import platformdirs

from synerise_frames.errors import ConfigError
from synerise_frames.hosts import HOSTS
from synerise_frames.redact import MASK, hide, redact

__all__ = ["Setting", "cache_folder", "config_file", "config_folder", "resolve", "show_config"]

_VARIABLES = {
    "api_key": "SYNERISE_API_KEY",
    "workspace_guid": "SYNERISE_WORKSPACE_GUID",
    "host": "SYNERISE_HOST",
    "tz": "SYNERISE_TZ",
    "openapi": "SYNERISE_OPENAPI",
    "offline": "SYNERISE_OFFLINE",
    "cache_dir": "SYNERISE_CACHE_DIR",
}
_DEFAULTS = {"host": HOSTS["eu-azure"]}
_SECRETS = frozenset({"api_key"})


@dataclass(frozen=True)
class Setting:
    """One setting in effect, and where it comes from."""

    name: str
    value: str | None
    source: str

    def __post_init__(self) -> None:
        if self.name in _SECRETS:
            object.__setattr__(self, "value", hide(self.value))

    def __repr__(self) -> str:
        return f"Setting({self.name!r}, {self.shown!r}, {self.source!r})"

    @property
    def shown(self) -> str | None:
        """The value as it may be shown."""
        if self.value and self.name in _SECRETS:
            return MASK
        return redact(self.value) if self.value else self.value

    @property
    def is_off(self) -> bool:
        """Whether it is a switch that is off, or was never set."""
        return (self.value or "").strip().lower() in ("", "0", "false", "no", "off")


def config_folder() -> Path:
    """Give the configuration folder, whether it exists or not."""
    folder = os.environ.get("SYNERISE_CONFIG_DIR")
    return Path(folder or platformdirs.user_config_path("synerise-frames"))


def cache_folder() -> Path:
    """Give the cache folder, whether it exists or not.

    Raises
    ------
    ConfigError
        If the settings file cannot be read.
    """
    return Path(resolve()["cache_dir"].value or "").expanduser()


def config_file() -> Path:
    """Give the place of the settings file, whether it exists or not."""
    return config_folder() / "config.toml"


def resolve(arguments: Mapping[str, str | None] | None = None) -> dict[str, Setting]:
    """Give all settings in effect.

    Raises
    ------
    ConfigError
        If the settings file cannot be read, or holds an unknown setting.
    """
    given = arguments or {}
    filed = _read_file()
    return {name: _resolve(name, given.get(name), filed) for name in _VARIABLES}


def _resolve(name: str, given: str | None, filed: Mapping[str, str]) -> Setting:
    variable = _VARIABLES[name]
    if given is not None:
        return Setting(name, given, "argument")
    if os.environ.get(variable):
        return Setting(name, os.environ[variable], f"environment: {variable}")
    if name in filed:
        return Setting(name, filed[name], f"file: {config_file().name}")
    default = _default(name)
    return Setting(name, default, "default" if default else "not set")


def _default(name: str) -> str | None:
    # The platform's folder depends on the environment, so it is looked up each time.
    if name == "cache_dir":
        return str(platformdirs.user_cache_path("synerise-frames"))
    return _DEFAULTS.get(name)


def _read_file() -> dict[str, str]:
    path = config_file()
    content: Mapping[str, object] = {}
    reason = None
    hint = 'It is TOML: lines such as host = "https://api.synerise.com".'
    try:
        content = hide(tomllib.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError):
        # Users that are no persons have /dev/null for a home.
        return {}
    except OSError as error:
        reason = error.strerror
        hint = "Make it readable for you, or name another folder by SYNERISE_CONFIG_DIR."
    except ValueError as error:
        reason = str(error)
    if reason is not None:
        # Not within the except: frames of that error hold the file, and would be shown with it.
        raise ConfigError(
            f"Cannot read the settings in {path.name}: {reason}",
            hint=hint,
        )
    unknown = set(content) - set(_VARIABLES)
    if unknown:
        raise ConfigError(
            f"Unknown settings in {path.name}: {', '.join(sorted(unknown))}.",
            hint=f"Known are {', '.join(_VARIABLES)}.",
        )
    return {name: str(value) for name, value in content.items()}


def show_config() -> pd.DataFrame:
    """Show which settings are in effect and where each comes from; secrets as ``***``.

    Returns
    -------
    DataFrame
        setting, value, source (``string``): a row a setting.

    Raises
    ------
    ConfigError
        If the settings file cannot be read.

    Examples
    --------
    >>> import synerise_frames as sf
    >>> sf.show_config()["setting"].tolist()
    ['api_key', 'workspace_guid', 'host', 'tz', 'openapi', 'offline', 'cache_dir']
    """
    rows = [(s.name, s.shown, s.source) for s in resolve().values()]
    return pd.DataFrame(rows, columns=["setting", "value", "source"], dtype="string")
