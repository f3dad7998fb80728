# Generated from _async_src/records.py by scripts/generate.py: edit the source, not this file.
"""The messages of a chat: reading, rating and deleting them, and suggesting questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.completion import node_list
from fastgpt_client._api.params import check_messages, pagination_params
from fastgpt_client.exceptions import ValidationError
from fastgpt_client.responses import DataResponse, Record

from .client import AsyncFastGPTClient
from .pages import AsyncPageIterator

if TYPE_CHECKING:
    from fastgpt_client.types import (
        AuthProxy,
        ChatRecordPage,
        Messages,
        NodeResponse,
        OutLinkAuth,
        QuestionGuide,
    )


class AsyncRecordsMixin(AsyncFastGPTClient):
    """The part of the chat client for the messages of one chat."""

    async def get_chat_records(
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
        """Return a page of a chat's messages. The first page has the newest; each page is in chronological order.

        If the chat does not exist, the page is empty.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            appId: ID of the app; default: the client's `app_id`.
            offset: number of the newest messages to skip, questions and answers alike; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of items per page.
            loadCustomFeedbacks: include feedback given by nodes of the app.
            type: set of fields to return: "normal", "outLink" or "home".
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/getPaginationRecords`, 4.8.11 and later.
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
        return await self._call(request)

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
    ) -> AsyncPageIterator[Record]:
        """Return an iterator over all messages of a chat, newest first.

        ```python
        async for record in client.iter_chat_records(chatId=chat_id):
            print(record.role, record.text)
        ```

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            appId: ID of the app; default: the client's `app_id`.
            pageSize: number of items fetched per request.
            loadCustomFeedbacks: include feedback given by nodes of the app.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/chat/getPaginationRecords`, 4.8.11 and later.
        """
        self._validate_params(chatId=chatId)
        target = {
            **self._chat_scope(appId, outLinkAuthData, shareId, outLinkUid, authProxy),
            "chatId": chatId,
            "loadCustomFeedbacks": loadCustomFeedbacks,
        }
        return AsyncPageIterator(
            lambda offset: self._request(
                paths.RECORDS, body={**target, **pagination_params(offset, None, pageSize)}, extra_body=extra_body
            ),
            self._send_request,
            lambda item: (item.get("dataId"), item.get("obj")),
            step=pageSize,
            newest_first=True,
            make=Record,
        )

    async def get_record_detail(
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
        """Return what each workflow node did for one answer. An unknown `dataId` gives an empty list.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            dataId: ID of the answer, from the chat's records.
            appId: ID of the app; default: the client's `app_id`.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        answer = await self._send_request(request)
        nodes = node_list(answer.json.get("data"))  # {} up to 4.9.10 if there are none
        return DataResponse(answer.http, answer.content, answer.json, data=nodes, attempts=answer.attempts)

    async def delete_chat_record(
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
        """Delete a message of a chat. From 4.15 on, a question and its answer share one ID and are deleted together.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            contentId: the message's `dataId`.
            contentIds: `dataId`s of several messages (4.15 and later).
            appId: ID of the app; default: the client's `app_id`.
            delFile: also delete the files uploaded for it (4.14.0 to 4.14.4).
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `DELETE /api/core/chat/record/delete`, before 4.14.11 `…/item/delete`; all versions. The IDs are sent in the
        query and in the body, because versions differ in which they read.
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
        return await self._call(request)

    async def send_feedback(
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
        """Rate an answer. Omitted fields are cleared, so omitting both removes the rating.

        Args:
            chatId: ID of the chat, from `.chat_id` of an answer or `get_chat_histories`.
            dataId: ID of the answer in the chat.
            appId: ID of the app; default: the client's `app_id`.
            userGoodFeedback: praise, as text; the web interface sends "yes".
            userBadFeedback: criticism, as text; the web interface sends "yes".
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            authProxy: act as another member of the team (4.18 and later; documented, not verified).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            NotFoundError: the answer does not exist (4.12 and later; earlier versions do nothing).
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        return await self._call(request)

    async def get_suggested_questions(
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
        """Return questions that the user may want to ask next, usually three. A model writes them, which costs points.

        Args:
            chatId: ID of the chat whose last turns are read.
            appId: ID of the app; default: the client's `app_id`.
            questionGuide: model and prompt to use; default: the app's own.
            messages: the turns themselves, in place of `chatId`, for servers before 4.8.14.
            outLinkAuthData: credentials of a share link's visitor (4.15 and later); the request is sent without the
                key.
            shareId: ID of the share link (up to 4.14); requires `outLinkUid`.
            outLinkUid: ID of the share link's visitor (up to 4.14).
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/ai/agent/v2/createQuestionGuide`; with `messages`, `…/agent/createQuestionGuide`.
        """
        self._validate_params(chatId=chatId)
        if (chatId is None) == (messages is None):
            raise ValidationError("pass either chatId or messages")
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
        return await self._call(request)
