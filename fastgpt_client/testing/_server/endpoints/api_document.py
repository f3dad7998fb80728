"""The OpenAPI document of the server, whose presence reveals its version."""

from __future__ import annotations

from typing import Any

from fastgpt_client.testing._server.call import Call
from fastgpt_client.testing._server.responses import json_reply

__all__ = ["api_document"]


def api_document(call: Call) -> Any:
    """apidoc/systemopenapi.json: without a key and an envelope. Only its head is that of a real server."""
    info = {"title": "FastGPT System OpenAPI", "version": "0.1.0", "description": "The embedded FastGPT of a test."}
    return json_reply({"openapi": "3.1.0", "info": info, "servers": [{"url": "/api"}], "paths": {}}, 200, call.headers)
