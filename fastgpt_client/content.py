"""Parts of a message that are made here: nothing is uploaded."""

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
    """Return the content part of an image that goes along in the message itself, as base64.

    Args:
        image: a path, the image's bytes, or a file opened in binary mode, which is read to its end.
        content_type: such as "image/png"; guessed from the file's name if left out, so needed with bytes.

    Raises:
        ValidationError: there is no such file, it is empty, cannot be read, or is of no kind of image.

    What a file raises while it is read is passed on as it is. An image that has a URL needs no part made here:
    `{"type": "image_url", "image_url": {"url": …}}` shows it. For large images `upload_file` is better: a request holds
    at most 10 MB from 4.15.2 on.
    """
    content, name = read_whole("image", image)
    if not content:
        raise ValidationError("image is empty")
    kind = guess_content_type(name) if content_type is None and name is not None else content_type
    if not isinstance(kind, str) or not _IMAGE.fullmatch(kind):
        raise ValidationError(f"content_type must name a kind of image, such as 'image/png', not {kind!r}")
    return {
        "type": "image_url",
        "image_url": {"url": f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"},
    }
