"""Where a command is told to go: flags, the environment, and profiles, whose keys stay with their servers."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from fastgpt_client.cli._base.errors import CommandError
from fastgpt_client.cli._base.profiles import DEFAULT_PROFILE, Profile, config_path, read_profiles, write_profile
from fastgpt_client.cli._base.settings import Settings, resolve
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.testing import FakeFastGPT
from tests.support.command import run

HOME = Profile("https://one.example", "fastgpt-home", "app-home")
WORK = Profile("https://two.example/api", "fastgpt-work", "app-work")


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the variables of a user whose file has two profiles."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    write_profile(config_path(), "default", HOME)
    write_profile(config_path(), "work", WORK)
    return {}


def three(found: Settings) -> tuple[str, str | None, str | None]:
    return found.base_url, found.api_key, found.app_id


def test_the_default_profile_is_used_where_nothing_else_is_named(environment: dict[str, str]) -> None:
    found = resolve(environment=environment)
    assert three(found) == ("https://one.example", "fastgpt-home", "app-home")
    assert found.named_by == dict.fromkeys(("base_url", "api_key", "app_id"), "profile default")


def test_without_anything_it_is_the_usual_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    found = resolve(environment={})
    assert three(found) == ("http://localhost:3000", None, None)
    assert (found.given_url, found.named_by["base_url"]) == ("", "nothing")


def test_flags_come_before_the_environment_and_that_before_a_profile(environment: dict[str, str]) -> None:
    environment |= {"FASTGPT_API_KEY": " fastgpt-env ", "FASTGPT_APP_ID": "app-env"}
    found = resolve(app_id="app-flag", environment=environment)
    assert three(found) == ("https://one.example", "fastgpt-env", "app-flag")
    assert found.named_by == {"base_url": "profile default", "api_key": "the environment", "app_id": "a flag"}


@pytest.mark.parametrize(
    "url",
    ["https://three.example", "http://one.example", "https://one.example:8443", "https://one.example.evil.example"],
)
@pytest.mark.parametrize("by_flag", [True, False], ids=["flag", "environment"])
def test_a_profiles_key_is_not_sent_to_another_server(environment: dict[str, str], url: str, by_flag: bool) -> None:
    if not by_flag:
        environment["FASTGPT_BASE_URL"] = url
    found = resolve(base_url=url if by_flag else None, environment=environment)
    assert (*three(found), found.withheld_for) == (url, None, None, "https://one.example")


@pytest.mark.parametrize("url", ["https://one.example/api/v1", "https://ONE.example:443", "https://one.example/sub"])
def test_a_profiles_key_is_sent_to_its_own_server_however_that_is_written(
    environment: dict[str, str], url: str
) -> None:
    assert resolve(base_url=url, environment=environment).api_key == "fastgpt-home"


KEYED = {
    "ask": ("ask", "hello"),
    "chat": ("chat",),
    "histories": ("histories",),
    "app list": ("app", "list"),
    "dataset ls": ("dataset", "ls"),
    "web": ("web", "--port", "0"),
    "library serve": ("library", "serve", ".", "--library-url", "http://127.0.0.1:1"),
}


@pytest.mark.parametrize("command", KEYED.values(), ids=KEYED)
def test_a_withheld_key_says_whose_it_is(
    environment: dict[str, str], command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTGPT_APP_ID", "a" * 24)
    ran = run(*command, "--base-url", "http://three.example")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "fastgpt-client: the key of profile default belongs to https://one.example and is not sent to "
        "http://three.example: set FASTGPT_API_KEY, or save a key with fastgpt-client login --profile NAME\n"
    )


def test_the_doctor_says_whose_a_withheld_key_is(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeFastGPT.serve() as server:
        ran = run("doctor", "--no-ask", "--base-url", server.url)
        said = f"the key of profile default belongs to https://one.example and is not sent to {server.url}"
    assert f"failed   key        {said}; run fastgpt-client login, or set FASTGPT_API_KEY\n" in ran.out


@pytest.mark.parametrize("command", [*KEYED.values(), ("doctor",), ("login",), ("profiles",), ("logout",)])
def test_an_unknown_key_of_a_profile_is_named(
    environment: dict[str, str], command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = config_path()
    path.write_text('[profiles.default]\nbase_ulr = "https://one.example"\napi_key = "fastgpt-secret"\n')
    ran = run(*command)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        f"fastgpt-client: {path}: [profiles.default] has unknown keys: 'base_ulr'; "
        "known are base_url, api_key and app_id\n"
    )


def test_a_profile_without_a_server_belongs_to_the_usual_one(environment: dict[str, str]) -> None:
    write_profile(config_path(), "bare", Profile(api_key="fastgpt-bare"))
    assert resolve(profile="bare", environment=environment).api_key == "fastgpt-bare"
    assert resolve(profile="bare", base_url="https://one.example", environment=environment).api_key is None


def test_the_environment_names_a_profile(environment: dict[str, str]) -> None:
    environment["FASTGPT_PROFILE"] = "work"
    found = resolve(environment=environment)
    assert (*three(found), found.profile) == ("https://two.example", "fastgpt-work", "app-work", "work")
    assert found.given_url == "https://two.example/api"


def test_a_profile_named_by_a_flag_comes_before_the_environment(environment: dict[str, str]) -> None:
    environment |= {"FASTGPT_BASE_URL": "https://three.example", "FASTGPT_API_KEY": "k3", "FASTGPT_APP_ID": "a3"}
    assert three(resolve(profile="work", environment=environment)) == (
        "https://two.example",
        "fastgpt-work",
        "app-work",
    )


def test_a_profile_that_is_not_there_is_told(environment: dict[str, str]) -> None:
    with pytest.raises(
        ValidationError, match=r"no profile 'nope' in .*: create it with fastgpt-client login --profile nope"
    ):
        resolve(profile="nope", environment=environment)
    assert resolve(profile="nope", environment=environment, new_profile=True).api_key is None


def test_keys_are_in_no_repr(environment: dict[str, str]) -> None:
    assert "fastgpt-" not in repr(resolve(environment=environment)) + repr(WORK)


# --- the file -------------------------------------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_only_its_owner_can_read_the_file(environment: dict[str, str]) -> None:
    path = config_path()
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


def test_a_file_that_others_can_read_is_closed_to_them(environment: dict[str, str]) -> None:
    path = config_path()
    path.chmod(0o644)
    write_profile(path, "work", WORK)
    assert mode(path) == 0o600


def test_the_other_profiles_stay(environment: dict[str, str]) -> None:
    assert read_profiles(config_path()) == {"default": HOME, "work": WORK}


def test_a_link_to_the_file_stays_one(tmp_path: Path) -> None:
    real, path = tmp_path / "dotfiles.toml", tmp_path / "config.toml"
    path.symlink_to(real)
    write_profile(path, "default", HOME)
    assert path.is_symlink()
    assert read_profiles(real) == {"default": HOME}


def test_any_text_can_be_written(tmp_path: Path) -> None:
    odd = Profile("http://x", 'k"\\\x7f', "应用\n\x01")
    write_profile(tmp_path / "config.toml", 'a "name".\x7f', odd)
    assert read_profiles(tmp_path / "config.toml") == {'a "name".\x7f': odd}


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "config" / "config.toml"
    write_profile(path, "default", HOME)

    def refuse(*_: Any) -> None:
        raise OSError("no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        write_profile(path, "default", WORK)
    assert read_profiles(path) == {"default": HOME}
    assert [each.name for each in path.parent.iterdir()] == ["config.toml"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[profiles.a\n", "cannot be read: .*line 1"),
        ("[profiles]\na = 1\n", r"\[profiles.a\] must be a table"),
        ("[profiles.a]\napi_key = 5\n", r"\[profiles.a\] must be a table"),
        (
            '[profiles.a]\nbase_ulr = "http://a"\ncolour = 5\n',
            r"\[profiles.a\] has unknown keys: 'base_ulr', 'colour'; known are",
        ),
        ("\x00", "cannot be read"),
        (f"a = {'[' * 5000}{']' * 5000}\n", "cannot be read"),
        (f"a = {'{b = ' * 5000}1{'}' * 5000}\n", "cannot be read"),
        (f"[profiles.a]\napi_key = {'[' * 50}{']' * 50}\n", r"\[profiles.a\] must be a table"),
    ],
)
def test_a_broken_file_is_told(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(content)
    with pytest.raises(CommandError, match=said):
        read_profiles(path)


def test_a_broken_file_does_not_tell_its_key(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[profiles.a]\napi_key = "fastgpt-secret\n')
    with pytest.raises(CommandError) as caught:
        read_profiles(path)
    assert "secret" not in str(caught.value)


def test_what_else_the_file_holds_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('profiles = "none"\n')
    assert read_profiles(path) == {}
    path.write_text('colour = 5\n[profiles.a]\nbase_url = ""\n')
    assert read_profiles(path) == {"a": Profile()}


def test_without_a_folder_of_its_own_it_is_in_the_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    assert config_path() == tmp_path / ".config/fastgpt-client/config.toml"
    assert DEFAULT_PROFILE == "default"
