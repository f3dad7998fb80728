"""A loopback server of precomputed responses in a separate process, far faster than any client.

The first part of the path selects the response, so that a client's base URL selects it; see `answer`.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .answers import answer

CERTIFICATE = Path(__file__).parents[1] / "tests" / "cli" / "data" / "good.pem"  # for 127.0.0.1, with its key


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            lower = head.lower()
            length = int(lower.split(b"content-length:")[1].split(b"\r\n")[0])
            body = await reader.readexactly(length)
            what = head.split(b" ")[1].decode().split("/")[1]
            if what == "page":
                what += f"-{json.loads(body)['offset']}"
            writes, pause = answer(what)
            for number, data in enumerate(writes):
                if writer.is_closing():  # the client left early
                    return
                writer.write(data)
                if pause:
                    await asyncio.sleep(pause)
                elif number % 64 == 63:
                    await writer.drain()
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    plain = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20, backlog=1024)
    encrypted = await asyncio.start_server(serve, "127.0.0.1", 0, limit=1 << 20, backlog=1024, ssl=context)
    sys.stdout.writelines(f"{server.sockets[0].getsockname()[1]}\n" for server in (plain, encrypted))
    sys.stdout.flush()
    async with plain, encrypted:
        # The parent holds the other end of the pipe, so that this process ends with it, however it ends.
        await asyncio.to_thread(sys.stdin.read)


@contextmanager
def running() -> Iterator[tuple[str, str]]:
    """Run the server in a separate process; yield its URLs, without and with TLS."""
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            plain, encrypted = int(process.stdout.readline()), int(process.stdout.readline())
            yield f"http://127.0.0.1:{plain}", f"https://127.0.0.1:{encrypted}"
        finally:
            process.stdin.close()


if __name__ == "__main__":
    asyncio.run(main())
