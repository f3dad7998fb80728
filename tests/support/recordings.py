"""The recorded exchanges of real servers, as packed by scripts/pack_wire.py."""

import base64
import json
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, urlsplit

Headers: TypeAlias = tuple[tuple[str, str], ...]

DATA_FOLDER = Path(__file__).resolve().parent.parent / "wire" / "data"
VERSIONS = ("4.11.1", "4.16.0")
# What was recorded of a server at another time, of other apps, is a set of its own.
SETS = (*VERSIONS, "4.16.0-more")


@dataclass(frozen=True)
class Recording:
    """One exchange: what was asked, and the bytes of the answer as they came."""

    version: str
    name: str
    shows: str
    method: str
    path: str
    query: MappingProxyType[str, str]
    request_headers: Headers
    json: Any
    request_text: str | None
    request_bytes: bytes | None
    status: int
    reason: str
    headers: Headers
    body: bytes
    chunk_sizes: tuple[int, ...] | None
    end: str

    @property
    def server(self) -> str:
        """The version of the server."""
        return self.version.removesuffix("-more")

    @property
    def endpoint(self) -> str:
        return self.name.split("--")[0]

    @property
    def case(self) -> str:
        return self.name.split("--")[1]

    @property
    def chunks(self) -> list[bytes]:
        """The body as the server cut it; in one piece where the borders were not recorded."""
        if self.chunk_sizes is None:
            return [self.body] if self.body else []
        return [self.body[start:end] for start, end in pairwise(accumulate(self.chunk_sizes, initial=0))]

    @property
    def text(self) -> str:
        """The body without its content encoding, as text."""
        body = zlib.decompress(self.body, wbits=31) if self.header("Content-Encoding") == "gzip" else self.body
        return body.decode()

    @property
    def form(self) -> bytes | None:
        """The body of the request, where it was a form."""
        if "multipart/form-data" not in dict(self.request_headers).get("Content-Type", ""):
            return None
        return self.request_bytes if self.request_text is None else self.request_text.encode()

    @property
    def complete(self) -> bool:
        """Whether the body was received to its end."""
        return self.end == "complete"

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in any case of letters."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def _unpack(version: str, line: bytes) -> Recording:
    packed = json.loads(line)
    request, response = packed["request"], packed["response"]
    target = urlsplit(request["path"])
    encoded: str | None = response.get("body_base64")
    sizes: list[int] | None = response.get("chunks")
    return Recording(
        version=version,
        name=packed["name"],
        shows=packed["shows"],
        method=request["method"],
        path=target.path,
        query=MappingProxyType(dict(parse_qsl(target.query, keep_blank_values=True))),
        request_headers=tuple((name, value) for name, value in request["headers"]),
        json=request.get("json"),
        request_text=request.get("body"),
        request_bytes=base64.b64decode(request["body_base64"]) if "body_base64" in request else None,
        status=response["status"],
        reason=response["reason"],
        headers=tuple((name, value) for name, value in response["headers"]),
        body=response["body"].encode() if encoded is None else base64.b64decode(encoded),
        chunk_sizes=None if sizes is None else tuple(sizes),
        end=response["end"],
    )


@cache
def load(version: str) -> MappingProxyType[str, Recording]:
    """Return the recordings of a server version by name."""
    # Not splitlines(): the texts hold U+2028 and its like, which are no ends of lines here.
    lines = (DATA_FOLDER / f"{version}.jsonl").read_bytes().split(b"\n")
    recordings = [_unpack(version, line) for line in lines if line]
    return MappingProxyType({recording.name: recording for recording in recordings})


def load_rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of another file of JSON lines beside the recordings."""
    return [json.loads(line) for line in (DATA_FOLDER / name).read_bytes().split(b"\n") if line]
