"""Parts of a message that are made here: nothing is uploaded."""

from __future__ import annotations

import base64
import mimetypes
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .exceptions import ValidationError

if TYPE_CHECKING:
    from .types import ImagePart

__all__ = ["image_part"]


def image_part(image: str | os.PathLike[str] | bytes, *, content_type: str | None = None) -> ImagePart:
    """Return the content part of an image that goes along in the message itself, as base64.

    Args:
        image: a path, or the image's bytes.
        content_type: such as "image/png"; needed with bytes, else told by the file's ending.

    Raises:
        ValidationError: it is empty, or of no kind of image.

    For large images `upload_file` is better: a request holds at most 10 MB from 4.15.2 on.
    """
    if isinstance(image, bytes):
        content = image
    else:
        path = Path(image)
        content_type = content_type or mimetypes.guess_type(path.name)[0]
        content = path.read_bytes()
    if not content:
        raise ValidationError("image is empty")
    if content_type is None or not content_type.startswith("image/"):
        raise ValidationError("content_type must name a kind of image, such as 'image/png'")
    return {
        "type": "image_url",
        "image_url": {"url": f"data:{content_type};base64,{base64.b64encode(content).decode('ascii')}"},
    }
