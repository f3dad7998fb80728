# Generated from _async_src/records.py by scripts/generate.py: edit the source, not this file.
"""The messages of a chat: reading, rating, deleting them, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.completion import node_list
from fastgpt_client._api.params import check_messages, pagination_params
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.responses import DataResponse

from .client import FastGPTClient
from .pages import PageIterator

if TYPE_CHECKING:
    from fastgpt_client.types import (
        AuthProxy,
        ChatRecord,
        ChatRecordPage,
        Messages,
        NodeResponse,
        OutLinkAuth,
        QuestionGuide,
    )


class RecordsMixin(FastGPTClient):
    """The part of the chat client that is about the messages of one chat."""

    def get_chat_records(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 20,
        loadCustomFeedbacks: bool | None = None,
        type: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[ChatRecordPage]:
        """Return a page of a chat's messages: the first page has the newest, each page is in the order of time.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            appId: the app; left out, the client's `app_id`.
            offset: how many of the newest messages to pass over; or `pageNum`, from 1. Questions and answers count.
            pageNum: the page, from 1; or `offset`.
            pageSize: how many items the page has at most.
            loadCustomFeedbacks: with the feedback that nodes of the app gave.
            type: "normal", "outLink" or "home": which fields come along.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            authProxy: act as another member of the team (4.18 and later: known from its documentation alone).
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        A chat that does not exist is an empty page. `POST /api/core/chat/getPaginationRecords`, 4.8.11 and later.
        """
        self._validate_params(chatId=chatId)
        request = self._request(
            paths.RECORDS,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy),
                **pagination_params(offset, pageNum, pageSize),
                "chatId": chatId,
                "loadCustomFeedbacks": loadCustomFeedbacks,
                "type": type,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def iter_chat_records(
        self,
        *,
        chatId: str,
        appId: str | None = None,
        pageSize: int = 20,
        loadCustomFeedbacks: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> PageIterator[ChatRecord]:
        """Return an iterator over all messages of a chat, from the newest to the oldest; see `get_chat_records`.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            appId: the app; left out, the client's `app_id`.
            pageSize: how many items are asked for at a time.
            loadCustomFeedbacks: as in `get_chat_records`.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            authProxy: act as another member of the team (4.18 and later: known from its documentation alone).
            extra_body: further fields of the request's body; they win over the arguments.
        """
        self._validate_params(chatId=chatId)
        target = {
            **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy),
            "chatId": chatId,
            "loadCustomFeedbacks": loadCustomFeedbacks,
        }
        return PageIterator(
            lambda offset: self._request(
                paths.RECORDS, body={**target, **pagination_params(offset, None, pageSize)}, extra_body=extra_body
            ),
            self._send_request,
            lambda item: (item.get("dataId"), item.get("obj")),
            step=pageSize,
            newest_first=True,
        )

    def get_record_detail(
        self,
        *,
        chatId: str,
        dataId: str,
        appId: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[list[NodeResponse]]:
        """Return what each node did for one answer; an unknown `dataId` is an empty list.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            dataId: the answer, as the chat's records name it.
            appId: the app; left out, the client's `app_id`.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        `GET /api/core/chat/getResData`, 4.8.12 and later.
        """
        self._validate_params(chatId=chatId, dataId=dataId)
        request = self._request(
            paths.RECORD_DETAIL,
            query={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid),
                "chatId": chatId,
                "dataId": dataId,
            },
            extra_query=extra_query,
            extra_body=extra_body,
        )
        answer = self._send_request(request)
        nodes = node_list(answer.json.get("data"))  # {} up to 4.9.10 when there are none
        return DataResponse(answer.http, answer.content, answer.json, data=nodes, attempts=answer.attempts)

    def delete_chat_record(
        self,
        *,
        chatId: str,
        contentId: str | None = None,
        contentIds: Sequence[str] | None = None,
        appId: str | None = None,
        delFile: bool | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Delete a message of a chat; from 4.15 on a question and its answer, which share one id, go together.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            contentId: the message's `dataId`.
            contentIds: several of them (4.15 and later).
            appId: the app; left out, the client's `app_id`.
            delFile: with the files that were uploaded for it (4.14.0 to 4.14.4).
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `DELETE /api/core/chat/record/delete`, before 4.14.11 `…/item/delete`; sent in the query and in the body,
        since versions read one or the other.
        """
        self._validate_params(chatId=chatId, contentId=contentId)
        if contentId is None and not contentIds:
            raise ValidationError("contentId is missing: pass the dataId of the message")
        for item in contentIds or ():
            self._validate_params(contentIds=item)
        params = {
            **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid),
            "chatId": chatId,
            "contentId": contentId,
            "delFile": delFile,
        }
        request = self._request(
            paths.DELETE_RECORD,
            query=params if contentIds is None else {**params, "contentIds": ",".join(contentIds)},
            body={**params, "contentIds": contentIds},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def send_feedback(
        self,
        *,
        chatId: str,
        dataId: str,
        appId: str | None = None,
        userGoodFeedback: str | None = None,
        userBadFeedback: str | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        authProxy: AuthProxy | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[None]:
        """Rate an answer. What is left out is unset: both fields left out take the rating back.

        Args:
            chatId: the id of the chat, as `.chat_id` of an answer or `get_chat_histories` has it.
            dataId: the answer's id in the chat.
            appId: the app; left out, the client's `app_id`.
            userGoodFeedback: praise, a text; the web interface writes "yes".
            userBadFeedback: criticism, a text; the web interface writes "yes".
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            authProxy: act as another member of the team (4.18 and later: known from its documentation alone).
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        Raises:
            NotFoundError: no such answer (4.12 and later; before, the call does nothing).

        `POST /api/core/chat/feedback/updateUserFeedback`, all versions.
        """
        self._validate_params(chatId=chatId, dataId=dataId)
        request = self._request(
            paths.FEEDBACK,
            body={
                **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy),
                "chatId": chatId,
                "dataId": dataId,
                "userGoodFeedback": userGoodFeedback,
                "userBadFeedback": userBadFeedback,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def get_suggested_questions(
        self,
        *,
        chatId: str | None = None,
        appId: str | None = None,
        questionGuide: QuestionGuide | None = None,
        messages: Messages | None = None,
        outLinkAuthData: OutLinkAuth | None = None,
        shareId: str | None = None,
        outLinkUid: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[list[str]]:
        """Return questions that the user may want to ask next, mostly three. A model writes them: it costs points.

        Args:
            chatId: the chat whose last turns are read.
            appId: the app; left out, the client's `app_id`.
            questionGuide: model and prompt; left out, the app's own.
            messages: in place of `chatId`: the turns themselves, for servers before 4.8.14.
            outLinkAuthData: a share link's visitor (4.15 and later); the call is sent without the key.
            shareId: the share link, up to 4.14; beside `outLinkUid`.
            outLinkUid: the share link's visitor, up to 4.14.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/ai/agent/v2/createQuestionGuide`; with `messages` `…/agent/createQuestionGuide`.
        """
        self._validate_params(chatId=chatId)
        if (chatId is None) == (messages is None):
            raise ValidationError("pass either chatId, the chat to read, or messages, the turns themselves")
        target: dict[str, Any] = {"appId": appId or self._app_id}  # not needed with messages
        if messages is None:
            target = self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid)
        else:
            check_messages(messages)
        request = self._request(
            paths.QUESTION_GUIDE if messages is None else paths.QUESTION_GUIDE_OF_MESSAGES,
            body={**target, "chatId": chatId, "questionGuide": questionGuide, "messages": messages},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)
