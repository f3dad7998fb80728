# Generated from _async_src/app.py by scripts/generate.py: edit the source, not this file.
"""Apps: settings, lists, logs and usage figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from os import urandom
from typing import TYPE_CHECKING, Literal, cast

from fastgpt_client._api import endpoints as paths
from fastgpt_client._api.params import as_iso, pagination_params
from fastgpt_client._json import as_object
from fastgpt_client.responses import DataResponse

from .client import FastGPTClient
from .pages import PageIterator

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


class AppClient(FastGPTClient):
    """A client for FastGPT's app endpoints: settings, lists, logs and usage figures.

    ```python
    with AppClient(api_key="fastgpt-xxxxx", app_id="…") as client:
        info = client.get_app_info()
        print(info.data["name"])
    ```

    The arguments of the constructor are those of `FastGPTClient`. Every call raises `ValidationError` for an
    argument that is invalid (nothing is sent), a subclass of `APIError` for an error returned by the server, and
    `APIConnectionError` if there is no response.
    """

    def get_app_logs_chart(
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
        """Return the app's usage over time: users, chats and feedback, each as a list of data points.

        The `timestamp` of a point is in milliseconds on some servers and in seconds on others.

        Args:
            dateStart: start of the period: ISO 8601 text, a `datetime` (local time if it is naive), or a `date`, which
                means the start of that local day.
            dateEnd: end of the period, in the same forms; a `date` means the end of that local day.
            appId: ID of the app; default: the client's `app_id`.
            source: count only chats from these sources, such as "api" or "share"; default: all.
            offset: retention window, in units of `userTimespan`.
            userTimespan: time span of one point in the user figures: "day", "week", "month" or "quarter".
            chatTimespan: time span of one point in the chat figures; same values.
            appTimespan: time span of one point in the app figures; same values.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            CommercialFeatureError: the server is a community edition.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

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
        return self._call(request)

    def get_app_logs_total(
        self,
        *,
        appId: str | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[AppLogsTotal]:
        """Return the app's all-time totals: users, chats and points.

        Args:
            appId: ID of the app; default: the client's `app_id`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            CommercialFeatureError: the server is a community edition.
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/proApi/core/app/logs/getTotalData`, commercial edition and cloud, 4.12 and later.
        """
        request = self._request(
            paths.LOGS_TOTAL,
            query={"appId": self._chosen_app(appId)},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        return self._call(request)

    def get_app_info(
        self,
        *,
        appId: str | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
    ) -> DataResponse[AppInfo]:
        """Return the app's name, type and settings (`chatConfig`), and the inputs of a plugin app.

        The information comes from `GET /api/core/chat/init`, called with a chat ID that does not exist and is not
        created, because no server lets an API key read `core/app/detail`. `.json()` is the response to that call.

        Args:
            appId: ID of the app; default: the client's `app_id`.
            extra_query: extra query parameters for the URL; they override the arguments.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `GET /api/core/chat/init`, all versions.
        """
        chosen = self._chosen_app(appId)
        request = self._request(
            paths.INIT,
            query={"appId": chosen, "chatId": urandom(12).hex()},
            extra_query=extra_query,
            extra_body=extra_body,
        )
        answer = self._send_request(request)
        data = as_object(answer.json.get("data"))
        app = cast("AppInfo", {"appId": data.get("appId", chosen), **as_object(data.get("app"))})
        return DataResponse(answer.http, answer.content, answer.json, data=app, attempts=answer.attempts)

    def list_apps(
        self,
        *,
        parentId: str | None = None,
        type: str | Sequence[str] | None = None,
        searchKey: str | None = None,
        extra_body: Mapping[str, object] | None = None,
        extra_query: Mapping[str, object] | None = None,
    ) -> DataResponse[list[AppListItem]]:
        """Return the apps and folders that the key's owner can read, most recently changed first.

        Args:
            parentId: ID of the folder to list; default: the root. The list includes folders.
            type: type of app, or several types: "simple", "advanced", "plugin", "chatAgent", "folder", ….
            searchKey: text to find in names and introductions, in all folders; at most 50 results.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/app/list`, 4.8.12 and later.
        """
        self._validate_params(parentId=parentId, searchKey=searchKey)
        request = self._request(
            paths.APP_LIST,
            body={"parentId": parentId, "type": type, "searchKey": searchKey},
            extra_body=extra_body,
            extra_query=extra_query,
        )
        return self._call(request)

    def list_app_logs(
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
        """Return a page of the app's log: one item per chat, of all users, including deleted chats.

        Args:
            dateStart: only chats last changed at or after this time: ISO 8601 text, a `datetime`, or a `date`, which
                means the start of that local day.
            dateEnd: only chats last changed at or before this time; a `date` means the end of that local day.
            appId: ID of the app; default: the client's `app_id`.
            sources: only chats from these sources, such as "api" or "share"; default: all.
            tmbIds: only chats of these team members.
            outLinkUids: only chats of these end users (the `customUid` of their completions).
            chatSearch: text to find in the title.
            feedbackType: "good", "bad", "has_feedback" or "all"; from about 4.14.4 on.
            unreadOnly: only chats with unread feedback.
            errorFilter: "has_error" or "all"; from about 4.14.9 on.
            offset: number of items to skip; use either this or `pageNum`.
            pageNum: number of the page, from 1; use either this or `offset`.
            pageSize: maximum number of items per page.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/app/logs/list`; accepts an API key in 4.15.2 and later.
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
        return self._call(request)

    def iter_app_logs(
        self,
        *,
        dateStart: str | date,
        dateEnd: str | date,
        appId: str | None = None,
        pageSize: int = 20,
        extra_body: Mapping[str, object] | None = None,
    ) -> PageIterator[AppLog]:
        """Return an iterator over the app's whole log, fetched page by page.

        Pass other filters of `list_app_logs` in `extra_body`.

        Args:
            dateStart: start of the period: ISO 8601 text, a `datetime`, or a `date`.
            dateEnd: end of the period; a `date` means the end of that local day.
            appId: ID of the app; default: the client's `app_id`.
            pageSize: number of items fetched per request.
            extra_body: extra fields for the request body; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/app/logs/list`; accepts an API key in 4.15.2 and later.
        """
        body = {
            "appId": self._chosen_app(appId),
            "dateStart": as_iso("dateStart", dateStart),
            "dateEnd": as_iso("dateEnd", dateEnd, end=True),
        }
        return PageIterator(
            lambda offset: self._request(
                paths.LOGS_LIST, body={**body, **pagination_params(offset, None, pageSize)}, extra_body=extra_body
            ),
            self._send_request,
            lambda item: item.get("_id") or item.get("chatId"),
            step=pageSize,
        )

    def list_app_log_users(
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
        """Return the users of the app, each with the number of their chats.

        Args:
            dateStart: start of the period: ISO 8601 text, a `datetime`, or a `date`.
            dateEnd: end of the period; a `date` means the end of that local day.
            appId: ID of the app; default: the client's `app_id`.
            searchKey: text to find in the user's name.
            sources: only chats from these sources, such as "api" or "share"; default: all.
            extra_body: extra fields for the request body; they override the arguments.
            extra_query: extra query parameters for the URL; they override the arguments.

        Raises:
            FastGPTError: the call failed, or an argument is invalid (`ValidationError`); the subclass says why.

        `POST /api/core/app/logs/getUsers`; accepts an API key in 4.15.2 and later.
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
        return self._call(request)
