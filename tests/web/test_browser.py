"""The page in a real browser: a headless Chromium."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import anyio.to_thread
import pytest

from fastgpt_client import AsyncChatClient
from fastgpt_client.testing import App, Delay, FakeFastGPT, Form, Search, Select
from fastgpt_client.web import ChatPage
from tests.support.chromium import CHROMIUM, Page, chromium
from tests.support.serving import serving
from tests.support.until import PATIENCE, until

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: install Debian's package `chromium`"),
    pytest.mark.timeout(300),
]
ENDLESS = ["one ", Delay(3600), "never"]
ANSWER = "document.querySelector('article.answer:last-of-type"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Page]]:
    with chromium(tmp_path_factory.mktemp("chromium")) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def fastgpt() -> Iterator[FakeFastGPT]:
    with FakeFastGPT.serve() as server:
        yield server


@pytest.fixture
def chat(fastgpt: FakeFastGPT, browser: Callable[[str], Page]) -> Iterator[Callable[[Any], tuple[Page, App]]]:
    """Open a page that chats with an app which says this."""
    stack: list[Any] = []

    def opened(answer: Any) -> tuple[Page, App]:
        app = fastgpt.app(answer=answer, type="advanced")
        client = AsyncChatClient(app.key, fastgpt.url, app_id=app.id, completions="v2")
        served = serving(ChatPage(client, title="<b>Help</b>"))
        url = served.__enter__()
        stack.append(served)
        return browser(url), app

    yield opened
    for served in stack:
        served.__exit__(None, None, None)


def ask(page: Page, text: str) -> None:
    page.run(f"message.value = {text!r}; ask.requestSubmit()")


def nothing_runs(fastgpt: FakeFastGPT, app: App) -> bool:
    return not any(runs for (app_id, _), runs in fastgpt.state.running.items() if app_id == app.id)


def test_an_answer_is_seen_growing_and_its_sources_after_it(chat: Any) -> None:
    go = threading.Event()

    async def gate(messages: object, variables: object) -> list[Any]:
        await anyio.to_thread.run_sync(go.wait, PATIENCE)
        return []

    page, _ = chat([Search([{"q": "x", "sourceName": "prices.md"}]), "Hello ", gate, "world"])
    ask(page, "hi")
    page.until(f"{ANSWER} .text')?.textContent === 'Hello '")
    assert page.run("send.disabled && !document.getElementById('stop').hidden")
    go.set()
    page.until(f"{ANSWER}.whole .text')?.textContent === 'Hello world'")
    assert page.run(f"{ANSWER} .sources').innerText") == "prices.md"
    assert page.run("!send.disabled && document.getElementById('stop').hidden")


def test_what_a_model_says_never_becomes_markup(chat: Any) -> None:
    evil = "<img src=x onerror='document.title=1'><script>document.title=2</script>"
    page, _ = chat([Search([{"q": "x", "sourceName": evil}]), evil])
    ask(page, evil)
    page.until(f"{ANSWER}.whole .text')?.textContent === {evil!r}")
    assert page.run("document.querySelectorAll('main img, main script').length") == 0
    assert page.run("document.title + '|' + document.querySelector('h1').textContent") == "<b>Help</b>|<b>Help</b>"


# Notes how a choice looked when it came, while its answer was still being read.
SEE_FIRST = """
window.first = undefined;
new MutationObserver(() => {
  const fields = document.querySelector('form.pause fieldset');
  if (fields && !window.first) window.first = { disabled: fields.disabled };
}).observe(document.getElementById('log'), { childList: true, subtree: true });
"""


def test_a_choice_is_made_and_a_form_is_filled_in(chat: Any) -> None:
    fields = [{"key": "name", "label": "Name", "required": True}, {"key": "age", "label": "Age", "type": "numberInput"}]

    def after(values: dict[str, Any]) -> str:
        return f"{values['name']} is {values['age']}"

    page, _ = chat(Select("Which?", {"Form": Form("Who?", fields, after), "None": "none"}))
    page.run(SEE_FIRST)
    ask(page, "go")
    page.until("document.querySelectorAll('form.pause fieldset:enabled button.option').length === 2")
    assert page.run("first.disabled") is True  # a choice made before the run was over would be lost
    page.run("document.querySelector('form.pause button.option').click()")
    page.until("document.querySelectorAll('form.pause fieldset:enabled input').length === 2")
    page.run("[...document.querySelectorAll('form.pause input')].forEach((input, i) => input.value = ['Ann', '30'][i])")
    page.run("[...document.querySelectorAll('form.pause')].at(-1).requestSubmit()")
    page.until(f"{ANSWER}.whole .text')?.textContent === 'Ann is 30'")


@pytest.mark.parametrize("way", ["document.getElementById('stop').click()", None], ids=["stopped", "closed"])
def test_leaving_an_answer_ends_its_run(chat: Any, fastgpt: FakeFastGPT, way: str | None) -> None:
    page, app = chat(ENDLESS)
    ask(page, "hi")
    page.until(f"{ANSWER} .text')?.textContent === 'one '")
    assert not nothing_runs(fastgpt, app)
    if way is None:
        page.close()
    else:
        page.run(way)
        page.until(f"{ANSWER}.stopped .status:last-child')?.textContent === 'Stopped.'")
    until(lambda: nothing_runs(fastgpt, app))


def test_a_failure_is_told_and_the_chat_goes_on(chat: Any, fastgpt: FakeFastGPT) -> None:
    page, app = chat("fine")
    fastgpt.fault("error_before_run", app=app, message="sk-secret")
    ask(page, "hi")
    page.until(f"{ANSWER}.failed .error')?.textContent === 'Something went wrong.'")
    ask(page, "hi")
    page.until(f"{ANSWER}.whole .text')?.textContent === 'fine'")


def test_the_module_serves_pages_of_ones_own(chat: Any) -> None:
    page, _ = chat(["Hello ", "world"])
    script = """
    (async () => {
      const { Chat, textOf } = await import("./fastgpt.js");
      const chat = new Chat("answer");
      let text = "";
      for await (const event of chat.ask("hi")) text += textOf(event);
      const again = new Chat("answer", chat.chat);
      for await (const event of again.ask("again")) text += textOf(event);
      try {
        for await (const _ of new Chat("answer", "forged").ask("hi"));
      } catch (error) {
        return text + error.code + error.message;
      }
    })()
    """
    assert page.run(script) == "Hello worldHello world403This chat no longer exists."


def test_a_question_is_never_asked_twice_by_itself(chat: Any, fastgpt: FakeFastGPT) -> None:
    page, app = chat("fine")
    script = """
    (async () => {
      const { Chat } = await import("./fastgpt.js");
      const real = window.fetch;
      const told = [];
      for (const end of ["close", "error"]) {
        let asked = 0;
        window.fetch = async (...call) => {
          asked += 1;
          await (await real(...call)).text();
          const part = 'event: answer\\ndata: {"choices":[{"delta":{"content":"a"}}]}\\n\\n';
          const body = new ReadableStream({ start(control) {
            control.enqueue(new TextEncoder().encode(part));
            control[end](end === "error" ? new TypeError("cut") : undefined);
          }});
          return new Response(body);
        };
        try {
          for await (const _ of new Chat("answer").ask("hi"));
        } catch (error) {
          told.push(error.name + error.type + asked);
        }
      }
      window.fetch = real;
      try {
        for await (const _ of new Chat("http://127.0.0.1:9/answer").ask("hi"));
      } catch (error) {
        told.push(error.name + error.type);
      }
      // What connects again by itself gets no answer that it could ask for.
      await new Promise((resolve) => {
        const source = new EventSource("answer");
        source.onerror = () => { told.push("EventSource" + source.readyState); source.close(); resolve(); };
      });
      return told.join();
    })()
    """
    cut = "ChatErrorStreamInterruptedError1"
    assert page.run(script) == f"{cut},{cut},ChatErrorAPIConnectionError,EventSource2"
    assert len(fastgpt.state.chats_of(app.id)) == 2
