"""The pytest fixture `fastgpt_server`: a new embedded FastGPT for each test, with asyncio, trio or neither.

pytest discovers the plugin automatically. The server is loaded only for tests that use the fixture.

```python
def test_my_bot(fastgpt_server):
    app = fastgpt_server.app(answer="Hello!")
    assert my_bot(base_url=fastgpt_server.url, api_key=app.key).ask("Hi") == "Hello!"

@pytest.mark.fastgpt_server(version="4.11")
def test_my_bot_on_an_older_server(fastgpt_server): ...
```
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fastgpt_client.testing import FakeFastGPT

_MARK = "fastgpt_server(version, commercial, api_key, heartbeat): options of the server of the fixture fastgpt_server"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", _MARK)


def load_server() -> type[FakeFastGPT]:
    """Return the class of the server; without the extra, fail the test with one line that says what to install."""
    try:
        from fastgpt_client.testing import FakeFastGPT  # noqa: PLC0415 - needs the extra
    except ImportError as exc:
        pytest.fail(str(exc), pytrace=False)
    return FakeFastGPT


@pytest.fixture
def fastgpt_server(request: pytest.FixtureRequest) -> Iterator[FakeFastGPT]:
    """Serve an embedded FastGPT for the test, see `fastgpt_client.testing`.

    The mark `fastgpt_server` passes the arguments `version`, `commercial`, `api_key` and `heartbeat` to
    `FakeFastGPT.serve`.
    """
    marker = request.node.get_closest_marker("fastgpt_server")
    options: dict[str, Any] = dict(marker.kwargs) if marker else {}
    with load_server().serve(**options) as server:
        yield server
