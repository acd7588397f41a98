"""Settings: what is wrong is said in one line that names it; home and secret are for the owner's eyes only."""

import os
from pathlib import Path

import pytest

from ui.settings import Settings, SettingsRefused, load_settings, prepare_home, signing_secret


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "HOST", "PORT", "SECRET", "DEMO_PASSWORD", "TLS_CERT", "TLS_KEY", "TRUSTED_PROXIES"):
        monkeypatch.delenv(f"POSEWRIGHT_{name}", raising=False)
    for name in ("DATABASE_URL", "REDIS_URL", "POSEWRIGHT_IMPORT_DIRS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("POSEWRIGHT_PORT", "http", "POSEWRIGHT_PORT"),
        ("POSEWRIGHT_PORT", "70000", "65535"),
        ("POSEWRIGHT_SECRET", "short", "at least 32 characters"),
        ("DATABASE_URL", "mysql://someone:hidden@db/x", "postgresql+psycopg://"),
        ("REDIS_URL", "memcached://someone:hidden@cache/1", "REDIS_URL: must begin with redis://"),
        ("POSEWRIGHT_TLS_CERT", "/nowhere/cert.pem", "POSEWRIGHT_TLS_KEY"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, part: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsRefused) as refused:
        load_settings()
    message = str(refused.value)
    assert part in message
    assert "\n" not in message
    assert "hidden" not in message
    assert name == "POSEWRIGHT_PORT" or value not in message


def test_imports_come_from_named_folders_else_from_the_homes_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings(home=tmp_path).import_directories == (tmp_path / "incoming",)
    monkeypatch.setenv("POSEWRIGHT_IMPORT_DIRS", f"/srv/a{os.pathsep}/srv/b c")
    assert load_settings(home=tmp_path).import_directories == (Path("/srv/a"), Path("/srv/b c"))
    monkeypatch.setenv("POSEWRIGHT_IMPORT_DIRS", "photos")
    with pytest.raises(SettingsRefused, match="whole paths"):
        load_settings()


def test_a_flag_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("POSEWRIGHT_PORT", "9001")
    monkeypatch.setenv("POSEWRIGHT_HOME", str(tmp_path / "other"))
    assert load_settings(port=9002).port == 9002
    assert load_settings(port=None).port == 9001
    assert load_settings(home=tmp_path).home == tmp_path


def test_a_wrong_flag_is_named_as_a_flag() -> None:
    with pytest.raises(SettingsRefused, match="--port"):
        load_settings(port=0)


def test_the_home_must_not_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsRefused, match=r"not a folder \(it is '/"):
        load_settings(home=file)


def test_home_and_secret_are_for_the_owner_only(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    prepare_home(settings)
    secret = signing_secret(settings)
    assert settings.home.stat().st_mode & 0o777 == 0o700
    assert settings.secret_file.stat().st_mode & 0o777 == 0o600
    assert len(secret) == 64
    settings.secret_file.chmod(0o644)
    assert signing_secret(settings) == secret
    assert settings.secret_file.stat().st_mode & 0o777 == 0o600


def test_a_given_secret_is_used_and_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSEWRIGHT_SECRET", "s" * 40)
    settings = load_settings(home=tmp_path)
    assert signing_secret(settings) == "s" * 40
    assert not settings.secret_file.exists()
    assert "sss" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "proxies", "exposed"),
    [("127.0.0.1", "", False), ("::1", "", False), ("0.0.0.0", "", True), ("0.0.0.0", "127.0.0.1", False)],
)
def test_who_is_exposed(host: str, proxies: str, exposed: bool) -> None:
    assert Settings(host=host, trusted_proxies=proxies).exposed is exposed
