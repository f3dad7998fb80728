"""A knowledge base server that stores the names and marks of collections, but not their content.

python -m benchmarks.sink

Prints its port. Exits at the end of its input.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["running"]

_PIECE = 1 << 16
_HEAD = re.compile(rb'name="data"\r\n(?:[^\r\n]+\r\n)*\r\n(.*?)\r\n--', re.DOTALL)
_NAME = re.compile(rb'filename="([^"]*)"')


class _Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    collections: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - there is only one server per process
    lock = threading.Lock()

    def do_POST(self) -> None:
        left = int(self.headers["Content-Length"])
        first = self.rfile.read(min(left, _PIECE))
        left -= len(first)
        path = self.path.rpartition("/")[2]
        if path == "pushData":
            rows = json.loads(first + self.rfile.read(left))["data"]
            self._answer({"insertLen": len(rows)})
            return
        while left:
            left -= len(self.rfile.read(min(left, _PIECE)))
        if path == "localFile":
            [head], [name] = _HEAD.findall(first), _NAME.findall(first)
            self._answer(self._add({**json.loads(head), "name": name.decode(), "type": "file"}))
        elif path == "create":
            self._answer(self._add(json.loads(first))["collectionId"])
        else:
            asked = json.loads(first)
            with self.lock:
                found = [one for one in self.collections.values() if one["datasetId"] == asked["datasetId"]]
            if "searchText" in asked:
                found = [one for one in found if asked["searchText"] in one["name"]]
            else:
                found = [one for one in found if one.get("parentId") == asked.get("parentId")]
            begin, size = asked.get("offset", 0), asked.get("pageSize", 30)
            self._answer({"list": found[begin : begin + size], "total": len(found)})

    def _add(self, collection: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            identity = f"{len(self.collections):024x}"
            self.collections[identity] = {"_id": identity, "updateTime": "2026-01-01T00:00:00.000Z", **collection}
        return {"collectionId": identity, "results": {"insertLen": 0}}

    def _answer(self, data: object) -> None:
        body = json.dumps({"code": 200, "statusText": "", "message": "", "data": data}).encode()
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def running() -> Iterator[str]:
    """Run the server in a separate process; yield its URL."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        assert process.stdin is not None
        process.stdin.close()


def main() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Sink)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
