"""What docs/web.md says is true."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import fastgpt_client.web
from fastgpt_client.testing import FakeFastGPT
from tests.support.serving import serving

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "web.md").read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(autouse=True)
def fastgpt(monkeypatch: pytest.MonkeyPatch) -> Any:
    with FakeFastGPT.serve() as server:
        monkeypatch.setenv("FASTGPT_BASE_URL", server.url)
        monkeypatch.setenv("FASTGPT_API_KEY", server.app_key("simple"))
        yield server


def names_of(block: str) -> dict[str, Any]:
    """Return what a block defines."""
    [code] = [code for code in BLOCKS if block in code]
    names: dict[str, Any] = {}
    exec(compile(code, "docs/web.md", "exec"), names)
    return names


def test_the_relay_passes_an_answer_on() -> None:
    with serving(names_of("relay(client")["app"]) as url:
        answer = httpx.post(f"{url}/ask", content="hello", trust_env=False).text
    assert "event: flowNodeStatus\n" in answer
    assert answer.endswith("event: answer\ndata: [DONE]\n\n")


def test_the_page_chats() -> None:
    with serving(names_of("ChatPage(client")["app"]) as url:
        assert "<title>Help</title>" in httpx.get(f"{url}/help/", trust_env=False).text
        assert "[DONE]" in httpx.post(f"{url}/help/answer", json={"message": "hello"}, trust_env=False).text


def test_the_hooks_answer() -> None:
    names = names_of("ShareHooks(init=init, start=start")
    nodes = [{"moduleName": "AI", "moduleType": "chatNode", "totalPoints": 2}]
    with serving(names["app"]) as url, httpx.Client(base_url=f"{url}/hooks/shareAuth/", trust_env=False) as hooks:
        said = [
            hooks.post("init", json={"token": "ann"}).json(),
            hooks.post("init", json={"token": "ben"}).json(),
            hooks.post("start", json={"token": "ann", "question": "Your password?"}).json(),
            hooks.post("start", json={"token": "ann", "question": "Why?"}).json(),
            hooks.post("finish", json={"token": "ann", "chatId": "c", "responseData": nodes}).json(),
        ]
    assert said == [
        {"success": True, "data": {"uid": "customer-4711"}},
        {"success": False, "message": "Please sign in again."},
        {"success": False, "message": "Not in here."},
        {"success": True, "data": {"uid": "customer-4711"}},
        {"success": True},
    ]
    assert names["points"] == {"c": 2}


def test_the_libraries_are_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "handbook").mkdir()
    (tmp_path / "handbook" / "moons.md").write_text("# Moons")
    with serving(names_of("DirectoryLibrary(")["app"]) as url, httpx.Client(base_url=url, trust_env=False) as http:
        for place, secret, name in (
            ("handbook", "a-long-secret-of-ours", "moons.md"),
            ("site", "another-long-secret", "example.com-guide.html"),
        ):
            answer = http.post(f"{place}/v1/file/list", json={}, headers={"Authorization": f"Bearer {secret}"})
            assert [item["name"] for item in answer.json()["data"]] == [name]


def test_chats_are_signed() -> None:
    names_of("chat_ids.open(")


def test_every_public_name_is_told_of() -> None:
    assert [name for name in fastgpt_client.web.__all__ if not re.search(rf"\b{name}\b", PAGE)] == []


def test_links_lead_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)", PAGE) if "://" not in target]
    assert [target for target in targets if not (DOCS / target).exists()] == []
