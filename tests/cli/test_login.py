"""`fastgpt-client login`."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from fastgpt_client.cli._base.profiles import Profile, config_path, read_profiles, write_profile
from fastgpt_client.testing import FakeFastGPT
from tests.support import web
from tests.support.command import INTERRUPT, run
from tests.support.terminal import END, Terminal


@pytest.fixture
def plain(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> FakeFastGPT:
    """Return a server that nothing names."""
    for name in ("BASE_URL", "API_KEY", "APP_ID"):
        monkeypatch.delenv(f"FASTGPT_{name}")
    return server


def lines(*given: str) -> str:
    return "".join(f"{line}\n" for line in given)


def typed(*keys: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let these keys be typed where they are not shown."""
    waiting = list(keys)

    def getpass(prompt: str, stream: object = None) -> str:
        if not waiting:
            raise EOFError
        return waiting.pop(0)

    monkeypatch.setattr("getpass.getpass", getpass)


def app_of(server: FakeFastGPT) -> str:
    return server.apps["simple"].id


# --- piped ----------------------------------------------------------------------------------------------------------


def test_three_lines_are_a_profile(plain: FakeFastGPT) -> None:
    given = lines(f"{plain.url}/api/v1/", plain.api_key, app_of(plain))
    ran = run("login", stdin=given)
    path = config_path()
    assert ran.code == 0
    assert read_profiles(path) == {"default": Profile(plain.url, plain.api_key, app_of(plain))}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ran.err.endswith(f"saved the profile default to {path}\n")
    assert plain.api_key not in ran.err + ran.out
    assert run("app", "info").out.startswith("name        simple")


def test_an_app_may_be_left_out(plain: FakeFastGPT) -> None:
    ran = run("login", stdin=lines(plain.url, plain.api_key))
    assert ran.code == 0
    assert "warning  app" in ran.err
    assert read_profiles(config_path())["default"].app_id is None


def test_a_profile_of_another_name(plain: FakeFastGPT) -> None:
    write_profile(config_path(), "default", Profile("http://elsewhere", "fastgpt-elsewhere"))
    assert run("login", "--profile", "工作", stdin=lines(plain.url, plain.api_key, app_of(plain))).code == 0
    assert sorted(read_profiles(config_path())) == ["default", "工作"]
    assert run("app", "info", "--profile", "工作").code == 0


def test_empty_lines_take_what_is_known(plain: FakeFastGPT) -> None:
    kept = Profile(plain.url, plain.api_key, app_of(plain))
    write_profile(config_path(), "default", kept)
    assert run("login", stdin="\n\n\n").code == 0
    assert read_profiles(config_path()) == {"default": kept}


def test_a_known_key_does_not_go_to_another_server(plain: FakeFastGPT) -> None:
    write_profile(config_path(), "default", Profile("http://elsewhere", "fastgpt-elsewhere", "app"))
    ran = run("login", stdin=lines(plain.url, "", ""))
    assert ran.code == 2
    assert "--api-key is empty" in ran.err
    assert not plain.requests


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("no url", "fastgpt-k"), "--base-url"),
        (("http://localhost:1", "two words"), "--api-key"),
        (("http://localhost:1", "fastgpt-k", "id\x07"), "printable"),
    ],
)
def test_what_is_of_no_use_is_told(plain: FakeFastGPT, given: tuple[str, ...], said: str) -> None:
    ran = run("login", stdin=lines(*given))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert said in ran.err
    assert not config_path().exists()


def test_a_name_that_cannot_be_written_is_told(plain: FakeFastGPT) -> None:
    assert run("login", "--profile", "a\nb", stdin="\n\n\n").code == 2


@pytest.mark.parametrize("wrong", ["key", "app", "server"])
def test_what_the_server_refuses_is_not_written(plain: FakeFastGPT, wrong: str) -> None:
    given = [plain.url, plain.api_key, app_of(plain)]
    given[["server", "key", "app"].index(wrong)] = {"server": "http://127.0.0.1:1", "app": "f" * 24}.get(
        wrong, "fastgpt-wrong"
    )
    ran = run("login", stdin=lines(*given))
    assert (ran.code, ran.out) == (1, "")
    assert "failed" in ran.err
    assert ran.err.endswith("fastgpt-client: nothing was saved; --no-check saves it anyway\n")
    assert not config_path().exists()
    assert run("login", "--no-check", stdin=lines(*given)).code == 0
    assert read_profiles(config_path())["default"] == Profile(*given)


def test_a_demo_writes_nothing() -> None:
    ran = run("login", "--demo", stdin="\n\n\n")
    assert ran.code == 0
    assert ran.err.endswith("this is a demo, and its server ends with it: nothing was saved\n")
    assert not config_path().exists()


# --- people ---------------------------------------------------------------------------------------------------------


def test_people_choose_an_app_by_its_number(plain: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(plain.api_key, monkeypatch=monkeypatch)
    ran = run("login", tty=True, stdin=lines(plain.url, "2"))
    assert ran.code == 0
    assert "Server [http://localhost:3000]: " in ran.err
    chosen = read_profiles(config_path())["default"].app_id
    [row] = [line for line in ran.err.splitlines() if line.startswith("   2  ")]
    assert row.split()[1] == chosen


def test_people_are_asked_again(plain: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    typed("two words", "", plain.api_key, monkeypatch=monkeypatch)
    ran = run("login", tty=True, stdin=lines("nonsense", plain.url, app_of(plain)))
    assert ran.code == 0
    assert ran.err.count("Server [") == 2
    assert "The address must begin with http" in ran.err
    assert read_profiles(config_path())["default"].app_id == app_of(plain)


def test_return_keeps_what_is_known(plain: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Profile(plain.url, plain.api_key, app_of(plain))
    write_profile(config_path(), "default", kept)
    typed("", monkeypatch=monkeypatch)
    ran = run("login", tty=True, stdin="\n\n")
    assert ran.code == 0
    assert f"[{kept.app_id}]: " in ran.err
    assert read_profiles(config_path()) == {"default": kept}


def test_only_some_of_many_apps_are_shown(plain: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(15):
        plain.app(f"more-{number}")
    typed(plain.api_key, monkeypatch=monkeypatch)
    ran = run("login", tty=True, stdin=lines(plain.url, "21"))
    assert "and 4 more: fastgpt-client app list" in ran.err
    # It is no number of the list, so it is taken for an id, and there is none like it.
    assert ran.code == 1


def test_without_a_list_an_id_is_asked_for(plain: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    plain.fault("error_before_run", path="app/list", times=None)
    typed(plain.api_key, monkeypatch=monkeypatch)
    ran = run("login", tty=True, stdin=lines(plain.url, app_of(plain)))
    assert ran.code == 0
    assert "App, by name or ID [none]: " in ran.err


@pytest.mark.parametrize("ends", ["server", "key", "app"])
def test_leaving_writes_nothing(plain: FakeFastGPT, ends: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed(*([] if ends == "key" else [plain.api_key]), monkeypatch=monkeypatch)
    ran = run("login", tty=True, stdin="" if ends == "server" else lines(plain.url))
    assert ran.code == 1
    assert ran.err.endswith("nothing was saved\n")
    assert not config_path().exists()


def test_a_key_is_not_seen_while_it_is_typed(plain: FakeFastGPT, home: Path) -> None:
    with Terminal("login") as terminal:
        terminal.wait_for("Server [http://localhost:3000]:")
        terminal.send(f"{plain.url}\r")
        terminal.wait_for("API key:")
        terminal.send(f"{plain.api_key}\r")
        terminal.wait_for("App, by number, name or ID [none]:")
        terminal.send("1\r")
        assert terminal.wait() == 0
        assert "saved the profile default to" in terminal.text
        assert plain.api_key.encode() not in terminal.seen
    assert plain.api_key in (home / "config/fastgpt-client/config.toml").read_text()


@pytest.mark.parametrize(
    ("at", "key", "code"), [("Server", INTERRUPT, 130), ("API key", INTERRUPT, 130), ("API key", END, 1)]
)
def test_leaving_in_a_terminal(plain: FakeFastGPT, at: str, key: str, code: int) -> None:
    with Terminal("login") as terminal:
        terminal.wait_for("Server")
        if at == "API key":
            terminal.send(f"{plain.url}\r")
            terminal.wait_for("API key")
        terminal.press(key)
        assert terminal.wait() == code
    assert not config_path().exists()


def test_what_else_answers_is_told() -> None:
    with web.serve(lambda _: web.page(200, "<html>hello</html>")) as url:
        ran = run("login", stdin=lines(url, "fastgpt-k", "a"))
    assert ran.code == 1
    assert "a web page answers, not FastGPT (HTTP 200)" in ran.err


# --- what was kept --------------------------------------------------------------------------------------------------


def test_profiles_are_listed_without_their_keys(plain: FakeFastGPT) -> None:
    assert run("profiles").err == "no profiles: create one with fastgpt-client login\n"
    write_profile(config_path(), "work", Profile("https://work.test", "fastgpt-secret", "a1"))
    write_profile(config_path(), "bare", Profile("https://bare.test"))
    ran = run("profiles")
    assert [line.split() for line in ran.out.splitlines()] == [
        ["profile", "server", "app", "key"],
        ["work", "https://work.test", "a1", "yes"],
        ["bare", "https://bare.test", "no"],
    ]
    assert ran.err == f"2 profiles in {config_path()}\n"
    assert run("profiles", "--json").json["list"][0]["has_key"] is True
    assert "secret" not in ran.out + ran.err + run("profiles", "--json").out


def test_a_profile_is_forgotten(plain: FakeFastGPT) -> None:
    path = config_path()
    for name in ("work", "default"):
        write_profile(path, name, Profile("https://work.test", "fastgpt-secret"))
    ran = run("logout", "--profile", "work")
    assert (ran.code, ran.err) == (0, f"removed the profile work from {path}\n")
    assert [*read_profiles(path)] == ["default"]
    assert run("logout").code == 0
    assert not path.exists()
    ran = run("logout")
    assert (ran.code, ran.err) == (
        2,
        "fastgpt-client: no profile 'default': fastgpt-client profiles lists them\n",
    )
