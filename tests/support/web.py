"""A small web server that answers as a test says: what is no FastGPT, or stands before one."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import httpx

PLAIN, HTML = {"Content-Type": "text/plain"}, {"Content-Type": "text/html"}


class Asked(NamedTuple):
    """A request."""

    method: str
    path: str
    headers: Mapping[str, str] | Message
    body: bytes


class Reply(NamedTuple):
    """An answer to it; the Date header is that of the machine unless another one is given."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = PLAIN


Answer = Callable[[Asked], Reply]


def envelope(data: Any = None, *, code: int = 200, message: str = "", status: int = 200) -> Reply:
    """Return an answer of FastGPT's."""
    text = "" if code == 200 else "error"
    body = {"code": code, "statusText": text, "message": message, "data": data}
    return Reply(status, json.dumps(body).encode(), {"Content-Type": "application/json"})


def page(status: int, text: str = "<html>nothing here</html>") -> Reply:
    """Return a web page."""
    return Reply(status, text.encode(), HTML)


def forwarded(target: str, **headers: str) -> Answer:
    """Return what a proxy does that reads an answer to its end before it hands it on."""

    def answer(asked: Asked) -> Reply:
        passed = {name: value for name, value in asked.headers.items() if name.lower() not in ("host", "connection")}
        # No proxy of the environment, and no certificates, which take longer to load than all the rest.
        with httpx.Client(trust_env=False, verify=False, timeout=60) as http:
            got = http.request(asked.method, target + asked.path, headers=passed, content=asked.body)
        kept = {name: value for name, value in got.headers.items() if name in ("content-type", "date")}
        return Reply(got.status_code, got.content, {**kept, **headers})

    return answer


@contextmanager
def serve(answer: Answer, *, certificate: Path | None = None, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve on a free port, and give the address; with a `certificate` (and its key, in one file) by TLS."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            reply = answer(Asked(self.command, self.path, self.headers, self.rfile.read(length)))
            self.send_response_only(reply.status)
            given = {name.lower() for name in reply.headers}
            if "date" not in given:
                self.send_header("Date", self.date_time_string())
            for name, value in reply.headers.items():
                if value:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that leaves is no failure."""

    Server.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
    server = Server((host, 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        # The handshake is the thread's that answers, so that one that fails does not end the server.
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"{scheme}://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
