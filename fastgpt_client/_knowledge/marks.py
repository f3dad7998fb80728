"""Marks: metadata that a sync writes to the collections it creates, to recognize them later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Self

from fastgpt_client._json import as_object

__all__ = ["FIELD", "VERSION", "Mark", "settings_digest"]

FIELD = "fastgpt_client"
VERSION = 1


@dataclass(frozen=True)
class Mark:
    """The mark of a collection, set when it is created and never changed.

    Attributes:
        path: its path in the knowledge base, including the folder that the source was put under.
        fingerprint: of its bytes, such as "sha256:…".
        settings: a digest of its chunk settings, "" for the server's defaults.
        v: the version of this format. Collections with a newer one are left alone.
    """

    path: str
    fingerprint: str
    settings: str = ""
    v: int = VERSION

    @classmethod
    def of(cls, metadata: object) -> Self | None:
        """Return the mark in a collection's metadata, None if the collection was not created by a sync."""
        found = as_object(as_object(metadata).get(FIELD))
        path, fingerprint, settings, v = (found.get(name) for name in ("path", "fingerprint", "settings", "v"))
        if not (isinstance(path, str) and isinstance(fingerprint, str) and isinstance(v, int)):
            return None
        return cls(path, fingerprint, settings if isinstance(settings, str) else "", v)

    @property
    def metadata(self) -> dict[str, Any]:
        """The metadata for creating the collection."""
        return {FIELD: self.as_json()}

    def as_json(self) -> dict[str, Any]:
        """Return the JSON form of the mark."""
        return {"path": self.path, "fingerprint": self.fingerprint, "settings": self.settings, "v": self.v}


def settings_digest(settings: Mapping[str, Any] | None) -> str:
    """Return a short digest of chunk settings, independent of their order; "" for none."""
    given = {name: value for name, value in (settings or {}).items() if value is not None}
    if not given:
        return ""
    return sha256(json.dumps(given, sort_keys=True, ensure_ascii=True).encode()).hexdigest()[:16]
