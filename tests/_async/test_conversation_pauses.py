# Source of the async and the sync tests: edit here, then run scripts/generate.py.
"""Runs that ask something back: what may follow, what is refused before it is sent, and which answer it becomes."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from fastgpt_client import (
    APIConnectionError,
    APIError,
    AsyncChatClient,
    AuthenticationError,
    FastGPTError,
    RateLimitError,
    ServerError,
    ValidationError,
    WorkflowError,
)
from fastgpt_client.interactive import AgentAsk, PaymentPause, UserInput, UserSelect
from fastgpt_client.testing import App, Failure, FakeFastGPT, Form, Select
from tests.support import embedded_chats, fault_fixtures
from tests.support.embedded_chats import asked, saved, settings
from tests.support.fake_server import FakeServer, Reply
from tests.support.replies import completion, envelope, page, plain, refusal

server = embedded_chats.server
short_waits = embedded_chats.short_waits
no_certificates = fault_fixtures.no_certificates

FIELDS = [
    {"key": "name", "required": True, "maxLength": 5},
    {"key": "age", "type": "numberInput", "min": 0, "max": 120},
    {"key": "plan", "list": [{"label": "b", "value": "basic"}, {"label": "p", "value": "pro"}], "defaultValue": "pro"},
]
REFUSED = "the run is waiting for an answer to its own question"
NOTHING_ASKED = "this chat is not waiting for an answer"


def pause_item(kind: str, **params: Any) -> dict[str, Any]:
    return {"interactive": {"type": kind, "params": params}}


@pytest.fixture
def app(server: FakeFastGPT) -> App:
    """Asks for a colour, then for a form; both are one answer in the chat."""
    form = Form("Who are you?", FIELDS, lambda values: f"Hello {values['name']}, plan {values['plan']}.")
    return server.app(answer=["Well. ", Select("Which?", {"Red": ["Red it is. ", form], "Blue": "Blue it is."})])


async def test_a_run_is_answered_pause_by_pause(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        first = await conversation.ask("go")
        assert isinstance(first.interactive, UserSelect)
        assert [option.value for option in first.interactive.options] == ["Red", "Blue"]
        second = await conversation.reply(first.interactive.choose("Red"))
        assert isinstance(second.interactive, UserInput)
        assert second.text == "Red it is. "
        third = await conversation.reply(second.interactive.fill({"name": "Ann", "age": 33}))
        assert (third.text, third.interactive) == ("Hello Ann, plan pro.", None)
        assert conversation.last is third
    said = [("Human", "go"), ("AI", "Well. Red it is. Hello Ann, plan pro.")]
    assert saved(server, app, conversation.chat_id) == said


async def test_a_run_is_answered_in_streams(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app, completions="v2")) as client:
        conversation = client.conversation()
        stream = await conversation.stream("go")
        first = await stream.final()
        assert isinstance(first.interactive, UserSelect)
        stream = await conversation.reply_stream(first.interactive.choose("option1"))
        second = await stream.final()
        assert isinstance(second.interactive, UserInput)
        stream = await conversation.reply_stream(second.interactive.fill({"name": "Ann"}))
        third = await stream.final()
    assert third.text == "Hello Ann, plan pro."
    said = [("Human", "go"), ("AI", "Well. Red it is. Hello Ann, plan pro.")]
    assert saved(server, app, conversation.chat_id) == said


async def test_a_question_in_a_paused_chat_is_refused_before_it_is_sent(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        await conversation.ask("go")
        with pytest.raises(ValidationError, match=REFUSED):
            await conversation.ask("something else")
        with pytest.raises(ValidationError, match=REFUSED):
            await conversation.stream("something else")
        assert len(asked(server, conversation.chat_id)) == 1
        answer = await conversation.reply("Blue")
    assert answer.text == "Blue it is."


async def test_after_its_answer_the_chat_takes_questions_again(server: FakeFastGPT) -> None:
    app = server.app(answers=[Select("Which?", ["Red"]), "Two."])
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        await conversation.ask("go")
        await conversation.reply("Red")
        answer = await conversation.ask("b")
    assert answer.text == "Two."


@pytest.mark.parametrize(
    ("values", "field"),
    [({"name": "Ann", "age": 121}, "age"), ({"name": "Annabel"}, "name"), ({}, "name"), ({"Name": "x"}, "Name")],
)
async def test_a_value_that_does_not_fit_is_refused_by_its_field(
    server: FakeFastGPT, app: App, values: dict[str, Any], field: str
) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        first = await conversation.ask("go")
        assert isinstance(first.interactive, UserSelect)
        with pytest.raises(ValidationError, match="option: 'Green' is not one of"):
            first.interactive.choose("Green")
        second = await conversation.reply("Red")
        assert isinstance(second.interactive, UserInput)
        with pytest.raises(ValidationError, match=f"'{field}'"):
            second.interactive.fill(values)
    assert len(asked(server, conversation.chat_id)) == 2


async def test_a_text_that_cannot_be_the_reply_is_refused(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        first = await conversation.ask("go")
        with pytest.raises(ValidationError, match=r"^option: 'Green' is not one of \['Red', 'Blue'\]"):
            await conversation.reply("Green")
        assert first.interactive is not None
        await conversation.reply("option1")  # its key stands for its value
        for reply in (conversation.reply, conversation.reply_stream):
            with pytest.raises(ValidationError, match=r"^message: a text cannot fill in the form"):
                await reply("Ann")
        assert len(asked(server, conversation.chat_id)) == 2
        again = client.conversation(chatId=conversation.chat_id)
        with pytest.raises(ValidationError, match=r"^message: a text cannot fill in the form"):
            await again.reply("Ann")
        form = await again.pending()
        assert form is not None
        with pytest.raises(ServerError):  # it is sent, and this app has no use for it
            await again.reply(form.say("Ann"))
    assert len(asked(server, conversation.chat_id)) == 3


async def test_an_empty_reply_is_refused(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        await conversation.ask("go")
        with pytest.raises(ValidationError, match="message must not be empty"):
            await conversation.reply("")
    assert len(asked(server, conversation.chat_id)) == 1


# --- a conversation that did not see the pause ----------------------------------------------------------------------


async def test_a_rebuilt_conversation_replies(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        await conversation.ask("go")
    async with AsyncChatClient(**settings(server, app)) as client:
        again = client.conversation(chatId=conversation.chat_id)
        answer = await again.reply("Blue")
        assert answer.text == "Blue it is."
        await again.rate(good="yes")
    chat = server.state.chat(app.id, conversation.chat_id)
    assert chat is not None
    assert [record.obj for record in chat.alive] == ["Human", "AI"]
    assert chat.alive[-1].feedback == {"userGoodFeedback": "yes"}


async def test_a_conversation_without_details_replies(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation(detail=False)
        answer = await conversation.ask("go")
        assert answer.interactive is None
        answer = await conversation.reply("Blue")
    assert answer.text == "Blue it is."


async def test_a_reply_to_nothing_is_refused_without_a_look_where_that_is_known(server: FakeFastGPT) -> None:
    app = server.app(answer="One.")
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        with pytest.raises(ValidationError, match=NOTHING_ASKED):
            await conversation.reply("Red")
        await conversation.ask("a")
        with pytest.raises(ValidationError, match=NOTHING_ASKED):
            await conversation.reply_stream("Red")
        assert [request.path for request in asked(server, conversation.chat_id, "")] == ["/api/v1/chat/completions"]
        again = client.conversation(chatId=conversation.chat_id)
        with pytest.raises(ValidationError, match=NOTHING_ASKED):
            await again.reply("Red")
    assert len(asked(server, conversation.chat_id)) == 1


async def test_a_look_that_fails_leaves_the_turn_to_the_next(server: FakeFastGPT) -> None:
    refused = refusal(514, "unAuthApiKey")
    fake = FakeServer(refused, refused, refused, envelope({"list": [], "total": 0}), completion())
    conversation = fake.async_chat().conversation(chatId="c1")
    for turn in (conversation.reply, conversation.ask):
        with pytest.raises(AuthenticationError, match="unAuthApiKey"):
            await turn("Red")
    answer = await conversation.ask("a")
    assert answer.text == "Hello"


# --- replies that fail ----------------------------------------------------------------------------------------------


async def test_a_reply_that_surely_did_not_arrive_can_be_given_again(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app, max_retries=0)) as client:
        conversation = client.conversation()
        await conversation.ask("go")
        with server.fault("rate_limit", app=app), pytest.raises(RateLimitError):
            await conversation.reply("Blue")
        with pytest.raises(ValidationError, match=REFUSED):
            await conversation.ask("something else")
        answer = await conversation.reply("Blue")
    assert answer.text == "Blue it is."


async def test_after_a_reply_of_unknown_fate_the_records_say_whether_the_chat_waits(
    server: FakeFastGPT, app: App
) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation(recover=False)
        await conversation.ask("go")
        with server.fault("cut_in_json", app=app), pytest.raises(APIConnectionError):
            await conversation.reply("Blue")
        with pytest.raises(ValidationError, match=NOTHING_ASKED):
            await conversation.reply("Blue")
    assert saved(server, app, conversation.chat_id) == [("Human", "go"), ("AI", "Well. Blue it is.")]


async def test_a_reply_whose_run_failed_was_given(server: FakeFastGPT) -> None:
    app = server.app(answers=[Select("Which?", {"Red": Failure("500 the model")}), "Two."])
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        await conversation.ask("go")
        with pytest.raises(WorkflowError):
            await conversation.reply("Red")
        answer = await conversation.ask("b")
    assert answer.text == "Two."


async def test_a_reply_that_is_left_early_was_given(server: FakeFastGPT) -> None:
    app = server.app(answers=[Select("Which?", {"Red": "a long answer " * 50}), "Two."], delay=0.01)
    async with AsyncChatClient(**settings(server, app, completions="v2")) as client:
        conversation = client.conversation()
        await conversation.ask("go")
        async with await conversation.reply_stream("Red") as stream:
            async for _ in stream.text_deltas():
                break
        answer = await conversation.ask("b")
    assert answer.text == "Two."


@pytest.mark.parametrize("detail", [False, True])
async def test_a_question_in_a_chat_that_waits_is_not_taken_for_its_answer(
    server: FakeFastGPT, app: App, detail: bool
) -> None:
    # The server takes any message for the answer, and shows a pause with `detail` only.
    async with AsyncChatClient(**settings(server, app)) as client:
        first = client.conversation(detail=detail)
        await first.ask("go")
        for conversation in (first, client.conversation(chatId=first.chat_id, detail=detail)):
            with pytest.raises(ValidationError, match=REFUSED):
                await conversation.ask("Blue?")
            with pytest.raises(ValidationError, match=REFUSED):
                await conversation.stream("Blue?")
        assert len(asked(server, first.chat_id)) == 1
        again = client.conversation(chatId=first.chat_id, detail=detail)
        answer = await again.reply("Blue")
        assert answer.text == "Blue it is."
        await again.ask("go")
    assert len(asked(server, first.chat_id)) == 3


async def test_a_pause_counts_when_no_run_is_going_on() -> None:
    # That it was answered is saved at the end of the run which does.
    def saved_as(*items: Any) -> Reply:
        return envelope({"list": [{"dataId": "a", "obj": "AI", "value": [*items]}], "total": 1})

    def generating(status: int) -> Reply:
        return envelope({"list": [{"chatId": "c1", "chatGenerateStatus": status}]})

    waits = pause_item("userSelect")
    answered = saved_as(pause_item("userSelect", userSelectedVal="Red"))
    fake = FakeServer(saved_as(waits), generating(0), saved_as(waits), generating(1), answered, completion("Hello"))
    answer = await fake.async_chat().conversation(chatId="c1").ask("go")
    assert (answer.text, fake.hits) == ("Hello", 6)
    fake = FakeServer(saved_as(waits), generating(1), saved_as(waits))
    with pytest.raises(ValidationError, match=REFUSED):
        await fake.async_chat().conversation(chatId="c1").ask("go")
    assert fake.hits == 3


async def test_a_question_that_waited_for_a_run_is_not_taken_for_the_answer_that_this_waits_for() -> None:
    busy = refusal(504001, "chatIsGenerating", "x")
    waits = envelope({"list": [{"dataId": "a", "obj": "AI", "value": [pause_item("userSelect")]}], "total": 1})
    over = envelope({"list": [{"chatId": "c1", "chatGenerateStatus": 1}]})
    fake = FakeServer(busy, waits, over, waits, waits, over, waits, completion("Red it is."))
    conversation = fake.async_chat().conversation()
    with pytest.raises(ValidationError, match=REFUSED):
        await conversation.ask("go")
    assert fake.hits == 4
    answer = await conversation.reply("Red")
    assert (answer.text, fake.hits) == ("Red it is.", 8)


@pytest.mark.parametrize(
    "look",
    [refusal(400, "invalidParams", status=400), refusal(500, "unAuthChat"), completion("x"), page(200)],
    ids=["invalid", "forbidden", "completion", "page"],
)
async def test_who_cannot_look_for_a_pause_asks_without_knowing(look: Reply) -> None:
    # Before 4.18, for one, the key of an app does not say whose chat it is.
    fake = FakeServer(look, completion("Hello"))
    answer = await fake.async_chat(app_id=None).conversation(chatId="c1").ask("go")
    assert answer.text == "Hello"
    fake = FakeServer(look)
    with pytest.raises(APIError):
        await fake.async_chat().conversation(chatId="c1").reply("go")
    assert fake.hits == 1


@pytest.mark.parametrize("look", [httpx.ReadError("down"), plain(502), plain(429)], ids=["down", "502", "429"])
async def test_what_may_be_looked_up_another_time_is_no_reason_to_ask_unknowing(look: Any) -> None:
    fake = FakeServer(look)
    with pytest.raises(FastGPTError):
        await fake.async_chat(max_retries=0).conversation(chatId="c1").ask("go")
    assert fake.hits == 1


async def test_after_lines_the_records_say_whether_the_chat_waits(server: FakeFastGPT, app: App) -> None:
    async with AsyncChatClient(**settings(server, app)) as client:
        conversation = client.conversation()
        stream = await conversation.stream("go")
        async for _ in stream.aiter_lines():
            pass
        assert conversation.last is None
        answer = await conversation.reply("Blue")
    assert answer.text == "Blue it is."


# --- other kinds ----------------------------------------------------------------------------------------------------


async def test_when_the_points_run_out_any_question_goes_on() -> None:
    fake = FakeServer(completion([pause_item("paymentPause", description="Top up")]), completion("Thanks."))
    conversation = fake.async_chat().conversation()
    first = await conversation.ask("go")
    assert isinstance(first.interactive, PaymentPause)
    answer = await conversation.ask("go on")
    assert answer.text == "Thanks."


async def test_questions_of_an_agent_are_answered() -> None:
    questions = [{"question": "Where?", "options": [{"summary": "s", "value": "Here"}]}]
    fake = FakeServer(completion([pause_item("agentAsk", questions=questions)]), completion("Fine."))
    conversation = fake.async_chat().conversation()
    first = await conversation.ask("go")
    assert isinstance(first.interactive, AgentAsk)
    await conversation.reply(first.interactive.answer(["Here"]))
    assert json.loads(fake.body["messages"][0]["content"]) == {"answers": ["Here"]}


async def test_an_answer_of_its_own_is_the_one_to_rate() -> None:
    # What an agent is answered becomes a new item of the chat; what a choice is answered is added to the old one.
    fake = FakeServer(
        completion([pause_item("agentAsk", questions=[])]),
        completion([pause_item("userSelect", userSelectOptions=[])]),
        completion("Fine."),
        envelope(),
    )
    conversation = fake.async_chat().conversation()
    await conversation.ask("go")
    await conversation.reply("Here")
    second = fake.body["responseChatItemId"]
    await conversation.reply("Red")
    assert fake.body["responseChatItemId"] != second
    await conversation.rate(good="yes")
    assert fake.body["dataId"] == second
