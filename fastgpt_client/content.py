"""Content parts of a message that need no upload."""

from __future__ import annotations

import base64
import os
import re
from typing import TYPE_CHECKING, BinaryIO

from ._api.content_types import guess_content_type
from ._http.sources import read_whole
from .exceptions import ValidationError

if TYPE_CHECKING:
    from .types import ImagePart

__all__ = ["image_part"]

_IMAGE = re.compile(r"image/[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def image_part(
    image: str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO, *, content_type: str | None = None
) -> ImagePart:
    """Return a content part that embeds an image in the message, as base64.

    ```python
    photo = image_part(b"...", content_type="image/png")
    question = {"role": "user", "content": [{"type": "text", "text": "What is this?"}, photo]}
    answer = client.create_chat_completion([question])
    ```

    Args:
        image: a path, the image's bytes, or a file opened in binary mode, which is read to its end.
        content_type: such as "image/png". Guessed from the file name if omitted, so required with bytes.

    Raises:
        ValidationError: the file does not exist, cannot be read or is empty, or the content type is not an image type.

    Errors raised by an open file while it is read are passed on unchanged. For an image that has a URL, write
    `{"type": "image_url", "image_url": {"url": …}}` instead. Large images should go through `upload_file`: from 4.15.2
    on, a request may have at most 10 MB.
    """
    content, name = read_whole("image", image)
    if not content:
        raise ValidationError("image is empty")
    kind = guess_content_type(name) if content_type is None and name is not None else content_type
    if not isinstance(kind, str) or not _IMAGE.fullmatch(kind):
        raise ValidationError(f"content_type must be an image type such as 'image/png', not {kind!r}")
    return {
        "type": "image_url",
        "image_url": {"url": f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"},
    }
