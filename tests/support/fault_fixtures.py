"""A fixture for modules that make a client per test. A module takes it by a name of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module", autouse=True)
def no_certificates() -> Iterator[None]:
    """Let httpx find no authorities: loading them takes longer than most tests, and nothing here uses TLS."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SSL_CERT_FILE", raising=False)
        patch.setenv("SSL_CERT_DIR", "/nonexistent")
        yield
