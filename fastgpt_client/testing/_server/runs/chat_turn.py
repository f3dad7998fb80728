"""A turn of a chat: a run, and what is stored before, during and after it."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from dataclasses import dataclass
from typing import Any

from fastgpt_client.testing._server import wire
from fastgpt_client.testing._server.context import ServerContext
from fastgpt_client.testing._server.errors import ServerError, coded
from fastgpt_client.testing._server.share_hooks import tell_finish
from fastgpt_client.testing._server.state import DONE, FAILED, GENERATING, ActiveRun, App, Chat, Record, Visitor
from fastgpt_client.testing._server.versions import Since
from fastgpt_client.testing.answers import Message

from .agent_steps import PausedAgent
from .completion_request import CompletionRequest
from .node_response import stored_node
from .run import Run

__all__ = ["ChatSource", "ChatTurn"]

_LOG = logging.getLogger("fastgpt_client.testing")
_TITLE = 20
_UNSAVED = "NO_RECORD_HISTORIES"
_NEVER = (99, 0, 0)


@dataclass(frozen=True)
class ChatSource:
    """Who makes a turn: a key, by its name, or a visitor."""

    key_name: str = ""
    visitor: Visitor | None = None

    def new_chat(self, chat_id: str, app: App) -> Chat:
        chat = Chat(chat_id, app.id, source_name=self.key_name)
        if self.visitor is not None:
            chat.source, chat.share_id, chat.out_link_uid = "share", self.visitor.link.id, self.visitor.uid
        return chat


class ChatTurn:
    """One completion: refused on creation, or started once."""

    def __init__(self, context: ServerContext, app: App, source: ChatSource, request: CompletionRequest) -> None:
        self.context, self.app, self.source, self.request = context, app, source, request
        self.version = context.version
        # A reset replaces these, so that a run that continues after it leaves no traces.
        self.chats, self.running = context.state.chats, context.state.running
        self.chat_id = request.chat_id or wire.nanoid(24)
        self.error: ServerError | None = None
        found = context.state.chat(app.id, self.chat_id)
        self._refuse(found)
        self.saved = not (request.chat_id == _UNSAVED and self.version >= Since.NO_RECORD_HISTORIES)
        self.title = self._title() if found is None and self.saved and self.version >= Since.TITLES else ""
        self.chat = found or source.new_chat(self.chat_id, app)
        self._records(self.chat.paused)
        self.run = self._new_run()
        self.active = ActiveRun(request.api, self.run.stop)

    def _refuse(self, chat: Chat | None) -> None:
        if chat is not None and self.source.visitor is not None and not chat.is_of(self.source.visitor):
            raise coded("unAuthChat")
        v2 = self.request.api == "v2"
        since = Since.V2_REFUSES_WHILE_GENERATING if v2 else Since.V1_REFUSES_WHILE_GENERATING
        if self.version >= since and (self.app.id, self.chat_id) in self.running:
            # In some versions, v2 has a special status for this.
            conflict = v2 and self.version < Since.OWN_HTTP_STATUS
            raise coded("chatIsGenerating", http=409 if conflict else None)
        used = {record.data_id for record in (chat.records if chat else ())}
        # The answer after a pause is added to the existing record, except after an agent's question.
        paused = chat.paused if chat else None
        joins = paused is not None and paused.pause is not None and not isinstance(paused.pause.part, PausedAgent)
        if self.version >= Since.USED_DATA_ID_REFUSED and self.request.item_id in used and not joins:
            raise ServerError(f"Chat dataId already exists: {self.request.item_id}", by_user=True)

    def _title(self) -> str:
        if not self.app.is_plugin:
            return self.request.question[:_TITLE]
        return wire.now().strftime("%Y-%m-%d %H:%M" if self.version >= Since.TITLES else "%Y-%m-%d %H:%M:%S %A")

    def _records(self, paused: Record | None) -> None:
        """Create the question and the answer, or continue the paused answer."""
        self.new: list[Record] = []
        self.pause = None
        ask_id = ""
        if paused is not None:
            self.answer, self.pause, paused.pause = paused, paused.pause, None
            if not (self.pause and isinstance(self.pause.part, PausedAgent)):
                return
            # A reply to an agent is a separate message.
            ask_id = self.pause.interactive["askId"]
        item_id = self.request.item_id or wire.nanoid()
        question_id = item_id if self.version >= Since.SHARED_DATA_ID else wire.nanoid(22)
        self.answer = Record(item_id, "AI", [])
        question = [{**item, "askId": ask_id} if ask_id else item for item in self._question()]
        self.new = [Record(question_id, "Human", question), self.answer]

    def _question(self) -> list[dict[str, Any]]:
        if not self.app.is_plugin:
            return self.request.human_value()
        values = self._inputs()
        kept = [{**item, "value": values[item["key"]]} for item in self.app.inputs]
        return [{"text": {"content": json.dumps(kept, ensure_ascii=False, separators=(",", ":"))}}]

    def _inputs(self) -> dict[str, Any]:
        """Return the values of a plugin app's inputs."""
        return {
            item["key"]: self.request.variables.get(item["key"], item.get("defaultValue", ""))
            for item in self.app.inputs
        }

    def _new_run(self) -> Run:
        variables = {**self.app.values(self.chat.variables, self.request.variables), **self._inputs()}
        messages, query = self._context(variables)
        keep = self.request.keep_citations or self.version < Since.CITATIONS_STRIPPED
        return Run(
            self.version,
            self.app,
            messages,
            query,
            variables,
            self.context.search,
            streamed=self.request.stream,
            keep_citations=keep,
        )

    def _context(self, variables: dict[str, Any]) -> tuple[list[Message], str]:
        if self.pause is not None:
            return self.pause.messages, self.pause.query
        prompt = re.sub(r"\{\{(\w+)\}\}", lambda found: str(variables.get(found[1], "")), self.app.system_prompt)
        system: list[Message] = [{"role": "system", "content": prompt}] if prompt else []
        asked = [item for item in self.request.context if item["role"] != "system"]
        given = [item for item in self.request.context if item["role"] == "system"]
        messages = [*system, *given, *self.chat.messages(), *asked]
        if not self.app.is_plugin:
            return messages, self.request.question
        query = str(next(iter(self._inputs().values()), ""))
        return [*messages, {"role": "user", "content": query}], query

    # The run

    def start(self) -> None:
        self.running.setdefault((self.app.id, self.chat_id), []).append(self.active)
        if self.saved and self.version >= Since.LISTED_WHILE_RUNNING:
            self.chat.status = GENERATING
            self._keep()
        self.task = self.context.start_run(self._go())

    async def over(self) -> None:
        await asyncio.shield(self.task)

    def leave(self) -> None:
        """Handle a disconnected client: depending on the version the run continues, or ends and is saved partially."""
        since = Since.V2_OUTLIVES_ITS_CALLER
        if self.request.api == "v1":
            since = _NEVER if self.request.stream else Since.V1_BLOCKING_OUTLIVES_ITS_CALLER
        if self.version < since:
            self.run.stop()

    async def _go(self) -> None:
        run = self.run
        try:
            if self.title:
                run.emit("chatTitle", {"title": self.title})
            if self.pause is None:
                await run.begin()
            else:
                await run.resume(self.pause, self.request.question)
            self._save(DONE)
            self._tell_finish()
        except Exception as error:
            if not isinstance(error, ServerError):
                _LOG.exception("the script of app %s failed", self.app.name)
                error = ServerError(f"{type(error).__name__}: {error}")
            self.error, run.crashed = error, True
            if self.version >= Since.LISTED_WHILE_RUNNING:
                self._save(FAILED)
            run.emit("error", error.event())
        finally:
            self._leave_running()
            run.finish()

    def _tell_finish(self) -> None:
        """Report the run to the server behind a visitor's link in the background (commercial edition)."""
        visitor = self.source.visitor
        if visitor is None or not visitor.link.hook_url or not self.context.commercial:
            return
        told = {"token": visitor.token, "appName": self.app.name, "responseData": self.run.nodes}
        if self.version >= Since.FINISH_TELLS_CHAT:
            told["chatId"] = self.chat_id
        self.context.start_run(tell_finish(visitor.link.hook_url, told))

    def _leave_running(self) -> None:
        key = (self.app.id, self.chat_id)
        runs = self.running[key]
        runs.remove(self.active)
        if not runs:
            del self.running[key]

    # What is stored

    def _keep(self) -> None:
        if self.new:
            self.chat.records += self.new
            self.new = []
        chat = self.chat
        if self.title and not chat.title:
            chat.title = self.title
        chat.read = False
        chat.metadata.update(self.request.metadata)
        chat.out_link_uid = self.request.custom_uid or chat.out_link_uid
        self.chats[chat.app_id, chat.chat_id] = chat
        self.context.state.touch(chat)

    def _save(self, status: int) -> None:
        if not self.saved:
            return
        run, answer = self.run, self.answer
        answer.value += [
            {"askId": None, **item} if "interactive" in item and self.version >= Since.FLAT_CHILDREN else item
            for item in run.items
        ]
        answer.nodes += [stored_node(self.version, node) for node in run.nodes]
        answer.quotes += [quote for node in run.nodes for quote in node.get("quoteList", ())]
        answer.duration = round((answer.duration or 0) + run.duration, 2)
        answer.error = (run.failed_node, run.error) if run.error else answer.error
        answer.pause = run.paused
        self.chat.variables = self.app.values(run.variables)
        if self.version < Since.TITLE_OF_FIRST_QUESTION and self.pause is None:
            self.chat.title = self._title()
        self.chat.status = status
        self._keep()
