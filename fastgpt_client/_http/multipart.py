"""Multipart forms that read files while sending: httpx's own reads them on the event loop."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence

from .request import FileSlice, RequestBody
from .sources import FileSource

__all__ = ["multipart_body"]


def multipart_body(
    fields: Mapping[str, str],
    files: Sequence[tuple[FileSource, str, str]],
    *,
    report: Callable[[int], None] | None = None,
) -> RequestBody:
    """Return a form with the fields first, as object stores require, then the files, each named `file`.

    `files` has the source, file name and content type of each.
    """
    boundary = os.urandom(16).hex()
    head = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    parts: list[bytes | FileSlice] = []
    for source, filename, content_type in files:
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(filename)}"\r\n'
        head += f"Content-Type: {content_type}\r\n\r\n"
        parts += [head.encode("utf-8", "replace"), FileSlice(source, 0, source.size)]
        head = "\r\n"
    return RequestBody(
        *parts,
        f"\r\n--{boundary}--\r\n".encode("ascii"),
        content_type=f"multipart/form-data; boundary={boundary}",
        report=report,
    )


def _quoted(text: str) -> str:
    """Escape a name like HTML forms do, so that it cannot end its line."""
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
