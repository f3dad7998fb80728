"""The errors of the server: what handlers raise, and its form on the wire."""

from __future__ import annotations

import json
from typing import Any

from .versions import Since, Version

__all__ = ["CODES", "ServerError", "coded", "invalid", "unexpected_form"]

# statusText: (code, message). The codes are those of 4.16; the messages are i18n keys, as the server sends them.
CODES: dict[str, tuple[int, str]] = {
    "unAuthorization": (403, "common:code_error.error_message.403"),
    "tooManyRequest": (429, "common:code_error.error_message.429"),
    "insufficientQuota": (510, "common:code_error.error_message.510"),
    "unAuthModel": (511, "common:code_error.error_message.511"),
    "unAuthFile": (513, "common:code_error.error_message.513"),
    "unAuthApiKey": (514, "common:code_error.error_message.514"),
    "aiPointsNotEnough": (500004, "common:code_error.team_error.ai_points_not_enough"),
    "notSupportSync": (501001, "common:core.dataset.error.notSupportSync"),
    "unExistDataset": (501002, "common:core.dataset.error.unExistDataset"),
    "unExistCollection": (501003, "common:error_collection_not_exist"),
    # The code was never observed.
    "dataNotIndexed": (501030, "common:core.dataset.error.dataNotIndexed"),
    "appUnExist": (502000, "common:code_error.app_error.not_exist"),
    "unAuthApp": (502001, "common:code_error.app_error.un_auth_app"),
    "unAuthChat": (504000, "common:code_error.chat_error.un_auth"),
    "chatIsGenerating": (504001, "common:code_error.chat_error.chat_generating"),
    "linkUnInvalid": (501, "common:code_error.outlink_error.invalid_link"),
    "unAuthUser": (505003, "common:code_error.outlink_error.un_auth_user"),
    "fileNotFound": (507002, "common:error.fileNotFound"),
    "missingParams": (507004, "common:error.missingParams"),
    "InvalidUploadFileType": (510000, "common:error.s3_upload_invalid_file_type"),
    "FileUploadDisabled": (510002, "common:error.s3_upload_disabled"),
}


class ServerError(Exception):
    """An error that the server reports to the client."""

    def __init__(
        self,
        message: str,
        *,
        code: int = 500,
        status_text: str = "",
        http: int | None = None,
        by_user: bool = False,
        zod: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status_text = status_text
        self.http = http
        self.by_user = by_user
        self.zod = zod

    def body(self, version: Version) -> dict[str, Any]:
        """Return the JSON of the error's envelope."""
        uncoded = "error" if version >= Since.UNCODED_STATUS_TEXT else ""
        body: dict[str, Any] = {
            "code": self.code,
            "statusText": self.status_text or uncoded,
            "message": self.message,
            "data": None,
        }
        if self.zod is not None:
            body["zodError"] = self.zod
        if self.by_user and version >= Since.ERROR_TYPE:
            body["errorType"] = "UserError"
        return body

    def event(self) -> dict[str, Any]:
        """Return the data of the error event, for a stream."""
        if not self.status_text:
            return {"message": self.message}
        return {"code": self.code, "statusText": self.status_text, "message": self.message, "data": None}

    def status(self, version: Version) -> int:
        """Return the HTTP status, which depends on the version."""
        if self.http is not None:
            return self.http
        if self.zod is not None:
            return 400 if version >= Since.VALIDATION_IS_400 else 500
        if version < Since.BODY_CODES_IN_HTTP:
            return 500
        if 400 <= self.code < 500:
            return self.code
        if 510000 <= self.code < 511000 and version < Since.OWN_HTTP_STATUS:
            return 400
        return 500


def coded(status_text: str, *, http: int | None = None, by_user: bool = False) -> ServerError:
    """Return the error for an entry of `CODES`."""
    code, message = CODES[status_text]
    return ServerError(message, code=code, status_text=status_text, http=http, by_user=by_user)


def unexpected_form(*problems: dict[str, Any]) -> ServerError:
    """Return the error for an uncaught schema failure, whose message repeats the problems."""
    return ServerError(json.dumps(list(problems), indent=2, ensure_ascii=False), zod=list(problems), http=500)


def invalid(*problems: dict[str, Any]) -> ServerError:
    """Return the error for a request that its schema refuses."""
    return ServerError("Data validation error", code=400, zod=list(problems))
