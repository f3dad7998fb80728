"""The recorded servers' apps, keys and chats, set up on the embedded one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx

from fastgpt_client.testing import AnswerLike, FakeFastGPT, Search, Tool, pieces
from fastgpt_client.testing._server.echo_model import echo, reason
from fastgpt_client.testing._server.sample_apps import sample_apps

APPS = {
    "4.16.0": {
        "missing": "6b01f15628cb02049eb4ceff",
        "simple": "6b01f15628cb02049eb4cec5",
        "reason": "6b01f15728cb02049eb4ceec",
        "fail": "6b01f15728cb02049eb4cf13",
        "select": "6b01f15728cb02049eb4cf3a",
        "form": "6b01f15828cb02049eb4cf61",
        "tool": "6b01f15828cb02049eb4cf88",
        "multi": "6b01f15828cb02049eb4cfaf",
        "plugin": "6b01f15828cb02049eb4cfd5",
        "kb": "6b01f15928cb02049eb4cffc",
        "file": "6b01fb4d54a06b13968afeba",
    },
    "4.11.1": {
        "missing": "6b01f9126f21be27528612ff",
        "simple": "6b01f9126f21be27528612b2",
        "reason": "6b01f9126f21be27528612d8",
        "fail": "6b01f9126f21be27528612fe",
        "select": "6b01f9136f21be2752861324",
        "form": "6b01f9136f21be275286134a",
        "tool": "6b01f9136f21be2752861370",
        "multi": "6b01f9136f21be2752861396",
        "plugin": "6b01f9136f21be27528613bc",
        "file": "6b01f9136f21be27528613e2",
        "kb": "6b01f9136f21be2752861408",
    },
}
TOKEN = {"key": "apiTok", "label": "Internal token", "valueType": "string", "required": False, "defaultValue": ""}
REFUSED = {"error": {"message": "Request to private network not allowed"}}
QUOTE = {
    "q": "The capital of France is Paris. The Eiffel tower is in Paris.",
    "sourceId": "6b01f97f6f21be2752862a32",
    "tokens": 16,
}
WEATHER = '{\n  "city": "Paris",\n  "weather": "sunny",\n  "celsius": 21\n}'


def set_up(server: FakeFastGPT) -> None:
    """Add the recorded apps, with the ids they had."""
    ids = APPS[str(server.version)]
    later = str(server.version) == "4.16.0"
    samples = {app.name: app for app in sample_apps()}
    variables = [*samples["simple"].variables, {**TOKEN, "type": "custom", "description": ""}]
    said = "none" if later else WEATHER
    tool = Tool("get_weather", {"city": "Paris"}, said, id="call_fake_1", result=REFUSED if later else json.loads(said))
    welcome = samples["simple"].welcome

    def add(name: str, **options: Any) -> None:
        server.app(f"wire-{name}", id=ids[name], welcome=welcome, **options)
        server.apps[f"wire-{name}"].intro = f"wire {name}" if later else ""

    add("missing", answer=echo, model="fake-chat" if later else "")
    add("simple", answer=echo, variables=variables, system_prompt=samples["simple"].system_prompt)
    add("reason", answer=reason, model="fake-reason")
    add("fail", answers=samples["failing"].answers, model="fake-fail")
    add("select", answers=samples["workflow_select"].answers, type="advanced")
    add("form", answers=samples["workflow_form"].answers, type="advanced")
    add("tool", answer=[tool, *pieces(f"The tool answered: {said}")], type="advanced")
    add("multi", answers=samples["multi"].answers, type="advanced")
    add("plugin", answers=samples["plugin"].answers, type="plugin", inputs=samples["plugin"].inputs)
    server.apps["wire-plugin"].welcome = ""
    answers: dict[str, AnswerLike] = {"kb": [Search() if later else Search([QUOTE]), echo], "file": echo}
    for name in ("kb", "file") if later else ("file", "kb"):
        add(name, answer=answers[name], files=name == "file")


@dataclass
class Talk:
    """Sends what a recording takes for granted."""

    server: FakeFastGPT
    client: httpx.Client
    suffix: str

    def post(self, path: str, **body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.server.api_key}"}
        answer = self.client.post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, app: str, chat: str, question: str, item: str = "", api: str = "v1", **more: Any) -> None:
        app_id = APPS[str(self.server.version)][app]
        # Older servers take the app of the key, not of the body: a team's key names none.
        body = {"appId": app_id, "chatId": f"{chat}-{self.suffix}", "messages": [{"role": "user", "content": question}]}
        named = {"responseChatItemId": f"{item}-{self.suffix}"} if item else {}
        self.post(f"/api/{api}/chat/completions", **body, **named, **more)


def history(talk: Talk) -> None:
    talk.ask("simple", "hist", "first question", "d1")
    talk.ask("simple", "hist", "second question", "d2")
    talk.ask("simple", "hist2", "another chat")


def read(talk: Talk) -> None:
    history(talk)
    app_id = APPS[str(talk.server.version)]["simple"]
    for chat in ("hist",):
        talk.client.get(
            "/api/core/chat/init",
            params={"appId": app_id, "chatId": f"{chat}-{talk.suffix}"},
            headers={"Authorization": f"Bearer {talk.server.api_key}"},
        )
    # The list was recorded with "another chat" on top.
    found = talk.server.state.chat(app_id, f"hist2-{talk.suffix}")
    assert found is not None
    talk.server.state.touch(found)


def many(talk: Talk) -> None:
    long = "SLOW LONG tell me more words please"
    later = ["LLMERRCHUNK this is", *["hello"] * 6, long]
    earlier = [*["hello"] * 6, "x" * 30, long]
    for number, question in enumerate(later if str(talk.server.version) == "4.16.0" else earlier):
        talk.ask("simple", f"more{number}", question)
    read(talk)


def feedback(talk: Talk) -> None:
    history(talk)
    app_id = APPS[str(talk.server.version)]["simple"]
    about = {"appId": app_id, "chatId": f"hist-{talk.suffix}"}
    path = "/api/core/chat/feedback/updateUserFeedback"
    talk.post(path, **about, dataId=f"d1-{talk.suffix}", userGoodFeedback="yes")
    talk.post(path, **about, dataId=f"d2-{talk.suffix}", userBadFeedback="wrong answer")


def item_deleted(talk: Talk) -> None:
    history(talk)
    later = str(talk.server.version) == "4.16.0"
    query = {
        "appId": APPS[str(talk.server.version)]["simple"],
        "chatId": f"hist-{talk.suffix}",
        "contentId": f"d2-{talk.suffix}",
    }
    path = "/api/core/chat/record/delete" if later else "/api/core/chat/item/delete"
    headers = {"Authorization": f"Bearer {talk.server.api_key}"}
    assert talk.client.delete(path, params=query, headers=headers).json()["code"] == 200


def updated(talk: Talk) -> None:
    read(talk)
    about = {"appId": APPS[str(talk.server.version)]["simple"], "chatId": f"hist-{talk.suffix}"}
    talk.post("/api/core/chat/updateHistory", **about, customTitle="My title", top=True)


def cleared(talk: Talk) -> None:
    history(talk)
    headers = {"Authorization": f"Bearer {talk.server.api_key}"}
    query = {"appId": APPS[str(talk.server.version)]["simple"]}
    talk.client.delete("/api/core/chat/clearHistories", params=query, headers=headers)
    if str(talk.server.version) == "4.11.1":  # another chat began after it there
        talk.ask("simple", "hist2", "another chat")


def kinds(talk: Talk) -> None:
    talk.ask("fail", "hist-fail", "boom", "df")
    talk.ask("form", "hist-form", "go")
    talk.ask("plugin", "hist-plug", "x", variables={"text": "abc"})
    talk.ask("reason", "hist-reason", "why")
    talk.ask("select", "hist-sel", "go")
    talk.ask("tool", "hist-tool", "use the TOOL please", "dt")
    form = json.dumps({"name": "Ann", "age": 33, "plan": "pro"})
    for question in ("go", "Blue"):
        talk.ask("select", "int-select", question)
    for question in ("go", form):
        talk.ask("form", "int-form", question)


def next_round(talk: Talk) -> None:
    kinds(talk)
    talk.ask("select", "int-select", "next question")
    talk.ask("form", "int-form", "next question")


def asked(talk: Talk) -> None:
    for api in ("v1", "v2"):
        for form in ("json", "json-detail", "stream", "stream-detail"):
            talk.ask("select", f"wire-sel-{api}-{form}", "start", api=api)
            talk.ask("form", f"wire-form-{api}-{form}", "start", api=api)
        talk.ask("select", f"wire-selbad-{api}", "start", api=api)


def first_turn(talk: Talk) -> None:
    for api in ("v1", "v2"):
        talk.ask("simple", f"wire-{api}", "my name is Ann", api=api)


def second_turn(talk: Talk) -> None:
    first_turn(talk)
    for api in ("v1", "v2"):
        talk.ask("simple", f"wire-{api}", "what did I say?", f"resp{api}", api=api)


def a_file(talk: Talk) -> None:
    key = f"chat/app/{'0' * 24}/{'0' * 24}/file/note_hP82rb.txt"
    part = {"type": "file_url", "name": "note.txt", "url": "http://127.0.0.1:1/d/x", "key": key}
    messages = [{"role": "user", "content": [{"type": "text", "text": "read it"}, part]}]
    app_id = APPS[str(talk.server.version)]["file"]
    talk.post("/api/v1/chat/completions", appId=app_id, chatId=f"file-{talk.suffix}", messages=messages)


STORIES: dict[str, Callable[[Talk], None]] = {
    story.__name__: story
    for story in (
        history,
        read,
        many,
        feedback,
        item_deleted,
        updated,
        cleared,
        kinds,
        next_round,
        asked,
        first_turn,
        second_turn,
        a_file,
    )
}
