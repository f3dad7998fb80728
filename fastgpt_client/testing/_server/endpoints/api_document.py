"""The OpenAPI document that a server has of itself; that it has one at all tells its age."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.responses import json_reply

__all__ = ["api_document"]


def api_document(call: Call) -> Any:
    """apidoc/systemopenapi.json: for anybody, and in no envelope. Only its head is a real server's."""
    info = {"title": "FastGPT System OpenAPI", "version": "0.1.0", "description": "The embedded FastGPT of a test."}
    return json_reply({"openapi": "3.1.0", "info": info, "servers": [{"url": "/api"}], "paths": {}}, 200, call.headers)
