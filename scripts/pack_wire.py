"""Pack recorded HTTP exchanges of a FastGPT server into the compact files that the replay tests read.

    python scripts/pack_wire.py SOURCE_FOLDER

The source has a folder per server version, with an `<endpoint>--<case>.json` and a `.body` file for each exchange. Each
version becomes a `tests/wire/data/<version>.jsonl` with a line per exchange, sorted by name. Bodies are kept byte for
byte; for chunks, only the lengths are kept. The output is deterministic.
"""

import argparse
import base64
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA_FOLDER = Path(__file__).resolve().parent.parent / "tests" / "wire" / "data"
SIZE_LIMIT = 3_000_000
NEWLINE = b"\n"

# Models, billing and key management are out of scope; `hooks-received` is not an exchange with the server. Speech is
# excluded too: its bytes came from a buffer that also held parts of the server's memory, which must not be published.
OTHER_ENDPOINTS = re.compile(
    r"(hooks-received$|openapi-create$|openapi-list$|model-list$|wallet-usage$|v1-embeddings$|v1-models$"
    r"|getMyModels$|getInitData$|tts-getSpeech$)"
)
# Headers that are the same in every exchange.
DULL_REQUEST_HEADERS = {
    "host": None,
    "user-agent": None,
    "authorization": None,
    "content-length": None,
    "accept": "*/*",
    "accept-encoding": "identity",
}
ANY_KEY = re.compile(r"fastgpt-(?!REDACTED)[A-Za-z0-9]+")


class PackError(Exception):
    """The source cannot be packed."""


def request_headers(recorded: list[list[str]]) -> list[list[str]]:
    """Return the headers specific to this request, never the credential."""
    kept: list[list[str]] = []
    for name, value in recorded:
        dull = DULL_REQUEST_HEADERS.get(name.lower(), value + "?")
        if dull is not None and dull != value:
            kept.append([name, value])
    return kept


def pack_request(recorded: dict[str, Any]) -> dict[str, Any]:
    """Return the request without its credential; keys in the path, even invalid ones, are redacted."""
    packed: dict[str, Any] = {
        "method": recorded["method"],
        "path": ANY_KEY.sub("fastgpt-REDACTED", recorded["path"]),
        "headers": request_headers(recorded["headers"]),
    }
    packed.update({key: recorded[key] for key in ("json", "body", "body_base64") if key in recorded})
    return packed


def pack_response(recorded: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Return the response with a single copy of its body, as text if possible."""
    status_line: str = recorded["status_line"]
    packed: dict[str, Any] = {
        "status": recorded["status"],
        "reason": status_line.split(" ", 2)[2] if status_line.count(" ") > 1 else "",
        "headers": recorded["headers"],
        "end": recorded["end"],
    }
    if "chunks" in recorded:
        chunks = [text.encode() for _, text in recorded["chunks"]]
        if b"".join(chunks) != body:
            raise PackError("its chunks do not add up to its body")
        packed["chunks"] = [len(chunk) for chunk in chunks]
    try:
        packed["body"] = body.decode()
    except UnicodeDecodeError:
        packed["body_base64"] = base64.b64encode(body).decode()
    return packed


def pack_recording(path: Path) -> str:
    """Return an exchange as a line of JSON."""
    recorded = json.loads(path.read_text(encoding="utf-8"))
    packed = {
        "name": path.stem,
        "shows": recorded["shows"],
        "request": pack_request(recorded["request"]),
        "response": pack_response(recorded["response"], path.with_suffix(".body").read_bytes()),
    }
    line = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    if ANY_KEY.search(line):
        raise PackError("it contains an API key that is not redacted")
    return line


def pack_version(folder: Path) -> str:
    """Return the file of a server version."""
    lines: list[str] = []
    for path in sorted(folder.glob("*.json"), key=lambda path: path.stem):
        if OTHER_ENDPOINTS.match(path.stem.split("--")[0]):
            continue
        try:
            lines.append(pack_recording(path))
        except (PackError, KeyError) as exc:
            raise PackError(f"{folder.name}/{path.name}: {exc}") from exc
    return "".join(f"{line}\n" for line in lines)


def pack(source: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each version's file, in order."""
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        text = pack_version(folder)
        if text:
            yield f"{folder.name}.jsonl", text.encode()


def main() -> int:
    parser = argparse.ArgumentParser(description="Pack recorded HTTP exchanges for the replay tests.")
    parser.add_argument("source", type=Path, help="folder with a folder of recordings per server version")
    source: Path = parser.parse_args().source
    try:
        files = dict(pack(source))
    except (PackError, OSError) as exc:
        print(f"error: {exc}", file=sys.stderr)
        return 1
    if not files:
        print(f"error: no recordings in {source}", file=sys.stderr)
        return 1
    total = sum(map(len, files.values()))
    for name, content in files.items():
        print(f"{name}: {content.count(NEWLINE)} recordings, {len(content)} bytes")
    print(f"total: {total} bytes of at most {SIZE_LIMIT}")
    if total > SIZE_LIMIT:
        print("error: too large, nothing written: exclude an endpoint or raise the limit", file=sys.stderr)
        return 1
    DATA_FOLDER.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (DATA_FOLDER / name).write_bytes(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
