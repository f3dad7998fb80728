"""`fastgpt-client doctor`: each thing that can be wrong, and what it says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from fastgpt_client.cli._base.profiles import Profile, config_path, write_profile
from fastgpt_client.cli._doctor.streaming import QUESTION
from fastgpt_client.testing import FakeFastGPT
from tests.cli.conftest import use
from tests.support import web
from tests.support.command import Ran, run
from tests.support.interrupts import interrupted_when

CHECKS = ["base URL", "address", "port", "reachable", "clock", "key", "app", "version", "streaming"]


def verdicts(ran: Ran) -> dict[str, str]:
    """Return how each check stands, in their order; the key is nowhere."""
    assert "fastgpt-" not in (ran.out + ran.err).replace("fastgpt-client", "")
    return {check["check"]: check["verdict"] for check in ran.json["checks"]}


def told(ran: Ran, name: str) -> tuple[str, str, str]:
    """Return the verdict of a check, what it found, and what it says is to be done."""
    verdicts(ran)
    [check] = [check for check in ran.json["checks"] if check["check"] == name]
    return check["verdict"], check["found"], check["remedy"] or ""


def examined(*flags: str, ask: bool = False) -> Ran:
    return run("doctor", "--json", *([] if ask else ["--no-ask"]), *flags)


def flags(url: str) -> tuple[str, ...]:
    return "--base-url", url, "--api-key", "fastgpt-key-of-a-test", "--app-id", "a" * 24


# --- all is well ----------------------------------------------------------------------------------------------------


def test_all_is_well(server: FakeFastGPT) -> None:
    ran = examined(ask=True)
    assert (ran.code, ran.err, ran.json["ok"], ran.json["base_url"]) == (0, "", True, server.url)
    assert verdicts(ran) == dict.fromkeys(CHECKS, "ok")
    assert told(ran, "key")[1] == (
        "valid, a key of the team, not bound to an app; 0 points used, no limit (named by the environment)"
    )
    assert told(ran, "app")[1] == "simple (6b0000000000000000000001), simple"


def test_each_check_is_a_line(server: FakeFastGPT) -> None:
    ran = run("doctor")
    lines = ran.out.splitlines()
    assert (ran.code, ran.err) == (0, "")
    assert [line[9:20].strip() for line in lines] == CHECKS
    assert {line.split()[0] for line in lines} == {"ok"}
    assert server.api_key not in ran.out


def test_the_demo_is_well() -> None:
    ran = run("doctor", "--demo")
    assert ran.code == 0
    assert "(named by the demo)" in ran.out


@pytest.mark.parametrize("columns", [80, 40])
def test_in_a_terminal(server: FakeFastGPT, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = run("doctor", columns=columns)
    assert ran.code == 0
    assert "streaming" in ran.text
    assert b"\x1b[32m" in ran.seen
    monkeypatch.setenv("NO_COLOR", "1")
    ran = run("doctor", "--no-ask", columns=columns)
    assert ran.code == 0
    assert b"\x1b[32m" not in ran.seen


# --- the way to the server ------------------------------------------------------------------------------------------


def test_the_address_as_it_was_written_is_told(server: FakeFastGPT) -> None:
    write_profile(config_path(), "default", Profile(f"{server.url}/api/v1/", "fastgpt-k"))
    assert told(examined("--base-url", f"{server.url}/api"), "base URL")[1] == (
        f"{server.url}, from '{server.url}/api' (named by a flag)"
    )


def test_a_key_that_goes_unencrypted_is_warned_of() -> None:
    verdict, found, remedy = told(examined(*flags("http://fastgpt.invalid:1")), "base URL")
    assert (verdict, remedy) == ("warning", "use https:// if the server has it")
    assert "unencrypted" in found


def test_a_port_where_nothing_listens() -> None:
    ran = examined(*flags("http://127.0.0.1:1"))
    assert ran.code == 1
    assert ran.err == "1 check failed\n"
    assert told(ran, "port")[:2] == ("failed", "nothing listens on 127.0.0.1, port 1")
    assert list(verdicts(ran).values()) == ["ok", "ok", "failed", *["skipped"] * 6]
    assert "fastgpt-key" not in run("doctor", *flags("http://127.0.0.1:1")).out


def test_a_proxy_of_the_environment_is_told(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[web.Asked] = []

    def proxy(asked: web.Asked) -> web.Reply:
        seen.append(asked)
        return web.forwarded("")(asked)

    with web.serve(proxy) as url:
        monkeypatch.setenv("HTTP_PROXY", url.replace("http://", "http://user:secret@"))
        monkeypatch.setenv("NO_PROXY", "elsewhere.example")
        ran = examined()
    verdict, found, _ = told(ran, "address")
    assert verdict == "skipped"
    assert found == f"requests go through the proxy {url.removeprefix('http://')}, which the environment sets"
    assert "port" not in verdicts(ran)
    assert verdicts(ran)["app"] == "ok"
    assert seen


def test_a_proxy_that_is_not_for_this_server(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert verdicts(examined())["port"] == "ok"


def test_a_variable_that_names_no_proxy_is_told(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://user:secret@proxy.example")
    ran = examined()
    verdict, found, remedy = told(ran, "address")
    assert (ran.code, verdict, remedy) == (1, "failed", "correct the variable, or unset it")
    assert found.startswith("the environment variable HTTP_PROXY is not the address of a proxy")
    assert "secret" not in ran.out
    assert verdicts(ran)["reachable"] == "skipped"


def test_a_variable_that_names_no_certificates_is_told(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    ran = examined("--base-url", server.url.replace("http:", "https:"))
    verdict, found, remedy = told(ran, "TLS")
    assert (ran.code, verdict, remedy) == (1, "failed", "correct the variable, or unset it")
    assert found.startswith("the environment variable SSL_CERT_FILE is '/nowhere.pem'")


@pytest.mark.parametrize(
    ("name", "trusted", "verdict", "said"),
    [
        ("good", True, "ok", "certificate valid until 2124-01-01"),
        ("good", False, "failed", "self-signed"),
        ("expired", True, "failed", "has expired"),
        ("other", True, "failed", "is not for 127.0.0.1"),
    ],
)
def test_certificates(
    name: str, trusted: bool, verdict: str, said: str, server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = Path(__file__).parent / "data" / f"{name}.pem"
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with web.serve(web.forwarded(server.url), certificate=certificate) as url:
        ran = examined("--base-url", url)
    found = told(ran, "TLS")
    assert found[0] == verdict
    assert said in found[1]
    assert verdicts(ran)["app"] == ("ok" if verdict == "ok" else "skipped")
    assert bool(server.requests) == (verdict == "ok")


def test_tls_where_there_is_none(server: FakeFastGPT) -> None:
    verdict, found, remedy = told(examined("--base-url", server.url.replace("http:", "https:")), "TLS")
    assert (verdict, remedy) == ("failed", "if the server speaks plain HTTP, use http://")
    assert found.startswith("the handshake failed: ")


def test_no_tls_where_there_is_some(server: FakeFastGPT) -> None:
    certificate = Path(__file__).parent / "data" / "good.pem"
    with web.serve(web.forwarded(server.url), certificate=certificate) as url:
        verdict, found, remedy = told(examined("--base-url", url.replace("https:", "http:")), "reachable")
    assert verdict == "failed"
    assert found.startswith("no answer: ")
    assert "https://" in remedy


# --- what answers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reply", "said", "remedy"),
    [
        (web.page(404), "a web page answers, not FastGPT (HTTP 404)", "check address and port"),
        (web.Reply(200, b'{"hello": 1}'), "something else answers", "check address and port"),
        (web.Reply(200, b"x" * 200_000), "something else answers", "check address and port"),
        (web.page(502), "a proxy answers, but FastGPT behind it does not (HTTP 502)", "check that FastGPT is running"),
        (web.page(401), "something in front of FastGPT requires a password (HTTP 401)", "leads directly to FastGPT"),
        (
            web.Reply(301, b"", {"Location": "https://real.example/api/core/chat/init?x=1"}),
            "the server redirects to https://real.example",
            "use the final address",
        ),
    ],
    ids=["page", "json", "long", "502", "401", "redirect"],
)
def test_what_is_no_fastgpt(reply: web.Reply, said: str, remedy: str) -> None:
    seen: list[web.Asked] = []

    def answer(asked: web.Asked) -> web.Reply:
        seen.append(asked)
        return reply

    with web.serve(answer) as url:
        ran = examined(*flags(url))
    verdict, found, mend = told(ran, "reachable")
    assert (ran.code, verdict) == (1, "failed")
    assert said in found
    assert remedy in mend
    # Nobody who is no FastGPT gets the key.
    assert not any("fastgpt-" in asked.path or "Authorization" in asked.headers for asked in seen)
    assert verdicts(ran)["clock"] == "ok"


def test_a_path_too_many_is_told(server: FakeFastGPT) -> None:
    assert told(examined("--base-url", f"{server.url}/chat"), "reachable")[2] == (
        f"FastGPT is at {server.url}: use that as the base URL"
    )


def test_a_redirect_in_the_middle_gets_no_key(server: FakeFastGPT) -> None:
    elsewhere: list[web.Asked] = []

    def other(asked: web.Asked) -> web.Reply:
        elsewhere.append(asked)
        return web.envelope({"valid": True})

    with web.serve(other) as target:

        def answer(asked: web.Asked) -> web.Reply:
            if "health" in asked.path or "list" in asked.path:
                return web.Reply(307, b"", {"Location": f"{target}{asked.path}"})
            return web.forwarded(server.url)(asked)

        with web.serve(answer) as url:
            ran = examined("--base-url", url)
    assert not elsewhere
    assert told(ran, "key")[0] == "warning"


@pytest.mark.parametrize(
    ("date", "verdict", "said"),
    [
        ("Sat, 01 Jan 2000 00:00:00 GMT", "warning", "behind this machine"),
        ("Fri, 01 Jan 2100 00:00:00 GMT", "warning", "ahead of this machine"),
        ("soon", "skipped", "does not send its time"),
        ("", "skipped", "does not send its time"),
    ],
)
def test_clocks(server: FakeFastGPT, date: str, verdict: str, said: str) -> None:
    with web.serve(web.forwarded(server.url, date=date)) as url:
        ran = examined("--base-url", url)
    assert told(ran, "clock")[0] == verdict
    assert said in told(ran, "clock")[1]
    assert ran.code == 0


# --- key and app ----------------------------------------------------------------------------------------------------


def test_no_key(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FASTGPT_API_KEY")
    ran = examined(ask=True)
    assert told(ran, "key") == ("failed", "missing", "run fastgpt-client login, or set FASTGPT_API_KEY")
    assert verdicts(ran) == {
        **dict.fromkeys(CHECKS, "ok"),
        "key": "failed",
        "app": "skipped",
        "streaming": "skipped",
    }


@pytest.mark.parametrize("version", ["4.11", "4.14", "4.16"])
def test_a_wrong_key(version: str) -> None:
    with FakeFastGPT.serve(version=version) as server:
        ran = examined(*flags(server.url))
    verdict, found, remedy = told(ran, "key")
    assert (ran.code, verdict) == (1, "failed")
    assert "know it" in found or "accept it" in found
    assert "create an API key on this server" in remedy
    assert verdicts(ran)["app"] == "skipped"


def test_a_key_that_is_none(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", "Bearer fastgpt-k")
    verdict, found, _ = told(examined(), "key")
    assert verdict == "failed"
    assert "Bearer" in found
    assert "health" not in str([request.path for request in server.requests if request.query])


def test_a_key_that_is_bound_to_the_app(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASTGPT_API_KEY", server.app_key("simple"))
    ran = examined()
    assert "bound to the app 6b0000000000000000000001" in told(ran, "key")[1]
    assert told(ran, "app")[0] == "ok"
    use(server, "tools", monkeypatch)
    verdict, found, remedy = told(examined(), "app")
    assert verdict == "warning"
    assert "but the key is bound to 6b0000000000000000000001" in found
    assert "use a key of the team" in remedy
    monkeypatch.delenv("FASTGPT_APP_ID")
    verdict, found, remedy = told(examined(), "app")
    assert (verdict, found) == ("warning", "simple (6b0000000000000000000001), simple: named by the key only")
    assert remedy == "set FASTGPT_APP_ID=6b0000000000000000000001, or fastgpt-client login"


def test_an_app_key_opens_its_own_app_whatever_is_named() -> None:
    with FakeFastGPT.serve(version="4.18") as server:
        simple, tools = server.apps["simple"].id, server.apps["tools"].id
        passed_on = web.forwarded(server.url)

        def answer(asked: web.Asked) -> web.Reply:
            """Answer as the server does, but tell nothing of the key's app when it is asked for its health."""
            return web.envelope({"valid": True}) if "openapi/health" in asked.path else passed_on(asked)

        with web.serve(answer) as url:
            asked = ["--base-url", url, "--api-key", server.app_key("simple")]
            none, other = (told(examined(*asked, *named), "app") for named in ([], ["--app-id", tools]))
    assert none[:2] == ("ok", f"simple ({simple}), simple: the only app of this key")
    assert other[:2] == ("warning", f"{tools} is named, but the key only opens simple ({simple}), simple")
    assert other[2] == "use that app's own key, or a personal key"


def test_a_key_that_is_used_up() -> None:
    def answer(asked: web.Asked) -> web.Reply:
        if "health" in asked.path and "apiKey" in asked.path:
            return web.envelope({"valid": True, "usagePoints": 10.5, "maxUsagePoints": 10})
        return web.envelope(code=500, message="no")

    with web.serve(answer) as url:
        ran = examined(*flags(url))
    verdict, found, remedy = told(ran, "key")
    assert (verdict, remedy) == ("warning", "it is used up: raise its limit on the server")
    assert "10.5 points used, of 10" in found
    assert told(ran, "app")[:1] == ("failed",)


def test_a_key_that_nothing_is_told_of() -> None:
    with web.serve(lambda _: web.envelope(code=500, message="no")) as url:
        ran = examined(*flags(url))
    assert told(ran, "key")[0] == "warning"
    assert told(ran, "version")[0] == "ok"


@pytest.mark.parametrize("bound", [True, False], ids=["team", "unknown"])
def test_no_app_is_named(bound: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeFastGPT.serve(version="4.16" if bound else "4.9") as server:
        ran = examined("--base-url", server.url, "--api-key", server.api_key)
        verdict, found, remedy = told(ran, "app")
        server.fault("error_before_run", path="app/list", times=None)
        bare = told(examined("--base-url", server.url, "--api-key", server.api_key), "app")[2]
    assert (verdict, found.startswith("none is named")) == ("failed" if bound else "warning", True)
    assert remedy.startswith("set FASTGPT_APP_ID, or fastgpt-client login: ")
    assert remedy.endswith("and 4 more")
    assert bare == "set FASTGPT_APP_ID, or fastgpt-client login"


@pytest.mark.parametrize(
    ("app_id", "found", "remedy"),
    [
        ("f" * 24, f"the server has no app {'f' * 24}", "fastgpt-client app list shows the apps"),
        ("nonsense", "no app 'nonsense': fastgpt-client app list shows the apps of this key", ""),
    ],
)
def test_a_wrong_app(server: FakeFastGPT, app_id: str, found: str, remedy: str) -> None:
    ran = examined("--app-id", app_id, ask=True)
    assert told(ran, "app") == ("failed", found, remedy)
    assert (ran.code, verdicts(ran)["streaming"]) == (1, "skipped")


def test_an_app_of_somebody_else(server: FakeFastGPT) -> None:
    server.fault("error_before_run", path="chat/init", message="unAuthApp", when=lambda r: bool(r.query), times=None)
    verdict, found, remedy = told(examined(), "app")
    assert (verdict, "may not use" in found, "ask for access" in remedy) == ("failed", True, True)


def test_a_folder_is_no_app(server: FakeFastGPT) -> None:
    folder = server.app("folder", type="folder")
    verdict, found, _ = told(examined("--app-id", folder.id), "app")
    assert (verdict, found.endswith("apps of this type have no chats")) == ("failed", True)


# --- age ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("4.9", "older than 4.9.4, community edition; completions v1 only, runs end with the connection"),
        ("4.11", "4.9.4 or later, before 4.13.2, community edition; completions v1 and v2, runs end with"),
        ("4.14", "4.14.5 or later, before 4.14.11, community edition; completions v1 and v2, runs can be stopped"),
        ("4.15.0", "4.15.0 or later, before 4.15.2, community"),
        ("4.16", "4.15.2 or later, before 4.17.0, community"),
    ],
)
def test_how_old_a_server_is(version: str, said: str) -> None:
    with FakeFastGPT.serve(version=version) as server:
        app_id = server.apps["simple"].id
        ran = examined("--base-url", server.url, "--api-key", server.api_key, "--app-id", app_id, ask=True)
        kept = [chat for chat in server.state.chats_of(app_id) if not chat.deleted]
    verdict, found, _ = told(ran, "version")
    assert found.startswith(f"FastGPT {said}")
    assert (verdict == "warning") == (version == "4.9")
    assert ("keys may read logs" in found) == (version == "4.16")
    # The question that was asked leaves no chat.
    assert (verdicts(ran)["streaming"], kept) == ("ok", [])


def test_whether_keys_read_logs_may_stay_open(server: FakeFastGPT) -> None:
    server.fault("error_before_run", path="logs/list", times=None)
    assert "logs" not in told(examined(), "version")[1]


# --- streaming ------------------------------------------------------------------------------------------------------


def asked_of(server: FakeFastGPT) -> list[str]:
    return [
        request.json["messages"][0]["content"]
        for request in server.requests
        if "completions" in request.path and request.json
    ]


def test_a_question_is_asked_only_if_it_may_be(server: FakeFastGPT) -> None:
    ran = examined()
    assert told(ran, "streaming")[:2] == ("skipped", f"because of --no-ask; otherwise the app is asked {QUESTION!r}")
    assert asked_of(server) == []
    examined(ask=True)
    assert asked_of(server) == [QUESTION]
    assert server.state.chats == {}


def test_a_workflow_tool_is_not_asked(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    use(server, "plugin", monkeypatch)
    assert told(examined(ask=True), "streaming")[0] == "skipped"


def test_an_app_that_fails(server: FakeFastGPT) -> None:
    server.fault("error_before_run", message="aiPointsNotEnough", times=None)
    verdict, found, remedy = told(examined(ask=True), "streaming")
    assert verdict == "failed"
    assert "aiPointsNotEnough" in found
    assert "fastgpt-client ask" in remedy


@pytest.mark.parametrize("held", [True, False], ids=["held back", "passed on"])
def test_a_proxy_that_holds_answers_back(server: FakeFastGPT, held: bool) -> None:
    app = server.app(answer="one two three four five six seven", delay=0.3)
    with web.serve(web.forwarded(server.url, via="1.1 slowproxy")) as url:
        ran = examined("--base-url", url if held else server.url, "--app-id", app.id, ask=True)
    verdict, found, remedy = told(ran, "streaming")
    assert ran.code == 0
    if held:
        assert verdict == "warning"
        assert "a proxy (1.1 slowproxy) buffers answers until their end" in found
        assert "proxy_buffering off" in remedy
    else:
        assert (verdict, found.endswith("answers are streamed as they are generated")) == ("ok", True)


def test_a_long_answer_is_not_read_to_its_end(server: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._doctor.streaming._MOST_SECONDS", 0.0)
    verdict, found, _ = told(examined(ask=True), "streaming")
    assert (verdict, found.startswith("1 event, ")) == ("ok", True)


def test_an_interrupt_in_mid_stream(endless: FakeFastGPT, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastgpt_client.cli._doctor.doctor._PATIENCE", 600.0)
    with interrupted_when(lambda: asked_of(endless)):
        ran = run("doctor")
    assert ran.code == 130
    assert "Traceback" not in ran.err
