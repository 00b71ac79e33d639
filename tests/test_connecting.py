from __future__ import annotations

import pickle
from pathlib import Path

import pytest

import synerise_frames as sf
from synerise_frames.redact import Secret, redact


def test_a_missing_key_names_the_setting() -> None:
    with pytest.raises(sf.ConfigError, match="SYNERISE_API_KEY"):
        sf.connect()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"region": "us-azur"}, "Did you mean 'us-azure'"),
        ({"region": "gcp", "host": "https://x.example"}, "not both"),
        ({"host": "ftp://x"}, "no address"),
        ({"host": "http://api.synerise.com"}, "in clear"),
        ({"host": "https://x.com:abc"}, "no address"),
        ({"host": "https://[x"}, "no address"),
        ({"host": "https://x.com/v1"}, "no address"),
        ({"tz": "Europe/Warsa"}, "no time zone"),
        ({"tz": 5}, "no time zone 5"),
        ({"auth": "magic"}, "'jwt' or 'basic'"),
        ({"auth": "basic"}, "SYNERISE_WORKSPACE_GUID"),
        ({"paths": {"trends.calculate": "nowhere"}}, "is no path"),
        ({"paths": ["trends.calculate"]}, "maps no operations to paths"),
    ],
)
def test_bad_arguments_are_refused(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(sf.ConfigError, match=message):
        sf.connect(api_key="some-key", **arguments)  # type: ignore[arg-type]


def test_arguments_win_over_environment_over_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.toml").write_text('api_key = "filed-key"\ntz = "Asia/Tokyo"\n')
    monkeypatch.setenv("SYNERISE_TZ", "Europe/Warsaw")
    assert repr(sf.connect()) == "<Workspace api.synerise.com (Europe/Warsaw)>"
    assert repr(sf.connect(tz="UTC", region="gcp")) == "<Workspace api.geb.synerise.com (UTC)>"
    shown = sf.show_config().set_index("setting")
    assert shown.loc["api_key"].tolist() == ["***", "file: config.toml"]
    assert shown.loc["tz"].tolist() == ["Europe/Warsaw", "environment: SYNERISE_TZ"]
    assert shown.loc["host", "source"] == "default"


def test_the_folder_of_answers_that_the_file_names_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.toml").write_text(f"cache_dir = {str(tmp_path / 'filed')!r}\n")
    kept = tmp_path / "named"
    monkeypatch.setenv("SYNERISE_CACHE_DIR", str(kept))
    with sf.connect(api_key="some-key") as ws:
        assert Path(ws.cache.info().folder or "").parent == kept
    monkeypatch.delenv("SYNERISE_CACHE_DIR")
    with sf.connect(api_key="some-key") as ws:
        assert Path(ws.cache.info().folder or "").parent == tmp_path / "filed"
    shown = sf.show_config().set_index("setting")
    assert shown.loc["cache_dir"].tolist() == [str(tmp_path / "filed"), "file: config.toml"]
    (tmp_path / "config.toml").unlink()
    shown = sf.show_config().set_index("setting")
    assert shown.loc["cache_dir", "source"] == "default"
    assert "synerise-frames" in shown.loc["cache_dir", "value"]


@pytest.mark.parametrize("text", ["not toml", 'apikey = "x"'])
def test_a_bad_settings_file_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.toml").write_text(text)
    with pytest.raises(sf.ConfigError, match=r"config\.toml"):
        sf.connect(api_key="some-key")


def test_a_home_that_is_no_folder_holds_no_settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "home").write_text("")  # as /dev/null is, the home of many a service
    for name in ("CONFIG", "CACHE"):
        monkeypatch.setenv(f"SYNERISE_{name}_DIR", str(tmp_path / "home" / name))
    assert sf.show_config()["source"].str.startswith("file").sum() == 0
    once = sf.RetryPolicy(attempts=1)
    with (
        sf.connect(api_key="some-key", host="http://127.0.0.1:9", retry=once) as ws,
        pytest.warns(sf.SyneriseWarning, match="SYNERISE_CACHE_DIR"),
        pytest.raises(sf.TransportError, match="nothing listens"),
    ):
        ws.funnels.list()


def test_settings_that_may_not_be_read_are_not_called_wrong_toml(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SYNERISE_CONFIG_DIR", str(tmp_path))
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(sf.ConfigError, match=r"Cannot read .*config\.toml") as caught:
        sf.connect(api_key="some-key")
    assert "SYNERISE_CONFIG_DIR" in caught.value.hint
    assert "TOML" not in caught.value.hint


def test_errors_survive_pickling() -> None:
    error = sf.NotFound("gone", http_status=404, hint="look elsewhere")
    again = pickle.loads(pickle.dumps(error))
    assert again.to_dict() == error.to_dict()
    shape = pickle.loads(pickle.dumps(sf.ShapeError("odd", path="$.a")))
    assert (shape.path, shape.code) == ("$.a", "shape")


def test_secrets_are_masked() -> None:
    Secret("hunter2-hunter2")
    assert redact("it is hunter2-hunter2.") == "it is ***."
    assert redact('{"apiKey": "abc"}') == '{"apiKey": ***}'
    assert "eyJ" not in redact("token eyJhbGciOi.eyJleHAiOjF9.c2ln")
    with pytest.raises(TypeError):
        pickle.dumps(Secret("hunter2-hunter2"))


def test_a_password_in_the_host_is_refused_and_not_repeated() -> None:
    for host in ("https://:hunter2pw@api.x.com", "https://user:hunter2pw@api.x.com"):
        with pytest.raises(sf.ConfigError) as caught:
            sf.connect(api_key="some-key", host=host)
        assert "hunter2pw" not in str(caught.value)
