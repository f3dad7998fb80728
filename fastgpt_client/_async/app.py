# Generated from _async_src/app.py by scripts/generate.py: edit the source, not this file.
"""Apps: their settings, lists, logs and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from os import urandom
from typing import TYPE_CHECKING, Literal, cast

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.params import as_iso, pagination_params
from fastgpt_client._json import as_object
from fastgpt_client.responses import DataResponse

from .client import AsyncFastGPTClient
from .pages import AsyncPageIterator

if TYPE_CHECKING:
    from fastgpt_client.types import (
        AppInfo,
        AppListItem,
        AppLog,
        AppLogPage,
        AppLogsChart,
        AppLogsTotal,
        AppLogUsers,
        Source,
        Timespan,
    )


class AsyncAppClient(AsyncFastGPTClient):
    """Talks to FastGPT's app endpoints: settings, lists, logs and figures.

    ```python
    async with AsyncAppClient(api_key="fastgpt-xxxxx", app_id="…") as client:
        info = await client.get_app_info()
        print(info.data["name"])
    ```

    Every call raises `ValidationError` for what it can refuse before sending, a subclass of `APIError` for an error
    of the server, and `APIConnectionError` if no answer came.
    """

    async def get_app_logs_chart(
        self,
        *,
        dateStart: str | date,
        dateEnd: str | date,
        appId: str | None = None,
        source: Sequence[Source] | None = None,
        offset: int = 1,
        userTimespan: Timespan = "day",
        chatTimespan: Timespan = "day",
        appTimespan: Timespan = "day",
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[AppLogsChart]:
        """Return the app's figures over time: users, chats, and feedback, each as a list of points.

        Args:
            dateStart: the first moment that counts: ISO text, a datetime (in local time if it has no zone), or a date,
                which begins with its local day.
            dateEnd: the last moment that counts, in the same forms; a date ends with its local day.
            appId: the app; left out, the client's `app_id`.
            source: count only chats that came from these.
            offset: retention window, in units of `userTimespan`.
            userTimespan: what one point of the figures about users covers.
            chatTimespan: what one point of the figures about chats covers.
            appTimespan: what one point of the figures about the app covers.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        A point's `timestamp` is in milliseconds on some servers, in seconds on others.

        Raises:
            CommercialFeatureError: the server is a community edition.

        `POST /api/proApi/core/app/logs/getChartData`, commercial edition and cloud, 4.12 and later.
        """
        request = self._request(
            paths.LOGS_CHART,
            body={
                "appId": self._chosen_app(appId),
                "dateStart": as_iso("dateStart", dateStart),
                "dateEnd": as_iso("dateEnd", dateEnd, end=True),
                "source": source,
                "offset": offset,
                "userTimespan": userTimespan,
                "chatTimespan": chatTimespan,
                "appTimespan": appTimespan,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def get_app_logs_total(
        self,
        *,
        appId: str | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[AppLogsTotal]:
        """Return how many users and chats the app ever had, and the points they used.

        Args:
            appId: the app; left out, the client's `app_id`.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Raises:
            CommercialFeatureError: the server is a community edition.

        `GET /api/proApi/core/app/logs/getTotalData`, commercial edition and cloud, 4.12 and later.
        """
        request = self._request(
            paths.LOGS_TOTAL,
            query={"appId": self._chosen_app(appId)},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        return await self._call(request)

    async def get_app_info(
        self,
        *,
        appId: str | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[AppInfo]:
        """Return the app's name, type, settings (`chatConfig`) and, of a plugin app, its inputs.

        Args:
            appId: the app; left out, the client's `app_id`.
            extra_query: further parameters of the request's URL; they win over the arguments.
            extra_body: further fields of the request's body; they win over the arguments.

        Read from `GET /api/core/chat/init`, with an id of a chat that does not exist and is not created: no server
        lets an API key read `core/app/detail`. `.json()` is what that call answered. All versions.
        """
        chosen = self._chosen_app(appId)
        request = self._request(
            paths.INIT,
            query={"appId": chosen, "chatId": urandom(12).hex()},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        answer = await self._send_request(request)
        data = as_object(answer.json.get("data"))
        app = cast("AppInfo", {"appId": data.get("appId", chosen), **as_object(data.get("app"))})
        return DataResponse(answer.http, answer.content, answer.json, data=app, attempts=answer.attempts)

    async def list_apps(
        self,
        *,
        parentId: str | None = None,
        type: str | Sequence[str] | None = None,
        searchKey: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[list[AppListItem]]:
        """Return the apps and folders that the key's owner can read, the last changed first.

        Args:
            parentId: the folder to list; left out, the root. Folders are items of the list too.
            type: "simple", "advanced", "plugin", "chatAgent", "folder", … or several of them.
            searchKey: name or intro, in all folders, at most 50 results.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/app/list`, 4.8.12 and later.
        """
        self._validate_params(parentId=parentId, searchKey=searchKey)
        request = self._request(
            paths.APP_LIST,
            body={"parentId": parentId, "type": type, "searchKey": searchKey},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    async def list_app_logs(
        self,
        *,
        dateStart: str | date,
        dateEnd: str | date,
        appId: str | None = None,
        sources: Sequence[Source] | None = None,
        tmbIds: Sequence[str] | None = None,
        outLinkUids: Sequence[str] | None = None,
        chatSearch: str | None = None,
        feedbackType: Literal["all", "has_feedback", "good", "bad"] | None = None,
        unreadOnly: bool | None = None,
        errorFilter: Literal["all", "has_error"] | None = None,
        offset: int | None = None,
        pageNum: int | None = None,
        pageSize: int = 20,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[AppLogPage]:
        """Return a page of the app's log: one item for each chat, of all users, deleted ones included.

        Args:
            dateStart: only chats last changed at or after this time: ISO text, a datetime, or a date, which begins with
                its local day.
            dateEnd: only chats last changed at or before this time, in the same forms; a date ends with its local day.
            appId: the app; left out, the client's `app_id`.
            sources: where the chats came from, such as "api" or "share"; left out, all.
            tmbIds: only chats of these members of the team.
            outLinkUids: chats of these end users, the `customUid` of their completions.
            chatSearch: a piece of the title.
            feedbackType: "good", "bad", "has_feedback" or "all"; from about 4.14.4 on.
            unreadOnly: with unread feedback only.
            errorFilter: "has_error" or "all"; from about 4.14.9 on.
            offset: how many items to pass over; or `pageNum`.
            pageNum: the page, from 1; or `offset`.
            pageSize: how many items the page has at most.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/app/logs/list`, with an API key 4.15.2 and later.
        """
        request = self._request(
            paths.LOGS_LIST,
            body={
                "appId": self._chosen_app(appId),
                "dateStart": as_iso("dateStart", dateStart),
                "dateEnd": as_iso("dateEnd", dateEnd, end=True),
                "sources": sources,
                "tmbIds": tmbIds,
                "outLinkUids": outLinkUids,
                "chatSearch": chatSearch,
                "feedbackType": feedbackType,
                "unreadOnly": unreadOnly,
                "errorFilter": errorFilter,
                **pagination_params(offset, pageNum, pageSize),
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)

    def iter_app_logs(
        self,
        *,
        dateStart: str | date,
        dateEnd: str | date,
        appId: str | None = None,
        pageSize: int = 20,
        extra_body: Mapping[str, object] | None = None,
    ) -> AsyncPageIterator[AppLog]:
        """Return an iterator over the app's whole log, page by page; filters of `list_app_logs` go by `extra_body`.

        Args:
            dateStart: the first moment: ISO text, a datetime, or a date.
            dateEnd: the last moment; a date counts to its end.
            appId: the app; left out, the client's `app_id`.
            pageSize: how many items are asked for at a time.
            extra_body: further fields of the request's body; they win over the arguments.
        """
        body = {
            "appId": self._chosen_app(appId),
            "dateStart": as_iso("dateStart", dateStart),
            "dateEnd": as_iso("dateEnd", dateEnd, end=True),
        }
        return AsyncPageIterator(
            lambda offset: self._request(
                paths.LOGS_LIST, body={**body, **pagination_params(offset, None, pageSize)}, extra_body=extra_body
            ),
            self._send_request,
            lambda item: item.get("_id") or item.get("chatId"),
            step=pageSize,
        )

    async def list_app_log_users(
        self,
        *,
        dateStart: str | date,
        dateEnd: str | date,
        appId: str | None = None,
        searchKey: str | None = None,
        sources: Sequence[Source] | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[AppLogUsers]:
        """Return who used the app, with the number of their chats.

        Args:
            dateStart: the first moment: ISO text, a datetime, or a date.
            dateEnd: the last moment; a date counts to its end.
            appId: the app; left out, the client's `app_id`.
            searchKey: a piece of the user's name.
            sources: where the chats came from, such as "api" or "share"; left out, all.
            extra_body: further fields of the request's body; they win over the arguments.
            extra_query: further parameters of the request's URL; they win over the arguments.

        `POST /api/core/app/logs/getUsers`, with an API key 4.15.2 and later.
        """
        request = self._request(
            paths.LOGS_USERS,
            body={
                "appId": self._chosen_app(appId),
                "dateStart": as_iso("dateStart", dateStart),
                "dateEnd": as_iso("dateEnd", dateEnd, end=True),
                "searchKey": searchKey,
                "sources": sources,
            },
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return await self._call(request)
