from __future__ import annotations

import asyncio
import io
import json

from gateway import logs
from gateway.health import Health, serve
from gateway.metrics import Metrics
from tests.end_to_end.postfix import free_port


async def get(port: int, path: str) -> tuple[int, bytes]:
    for _ in range(100):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            break
        except ConnectionError:
            await asyncio.sleep(0.05)
    writer.write(b"GET %s HTTP/1.0\r\n\r\n" % path.encode())
    answer = await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


async def test_ready_names_what_fails_and_recovers_by_itself() -> None:
    """503 while the store is down, 200 when it is back, one line in the log for the whole time."""
    down = True

    async def store() -> None:
        if down:
            raise OSError("/var/quillfeather: no space")

    async def nothing() -> None:
        return

    log = io.StringIO()
    health = Health({"store": store, "inspection": nothing}, Metrics(), nothing, logs.start(log))
    port, stop = free_port(), asyncio.Event()
    task = asyncio.create_task(serve(health, f"127.0.0.1:{port}", stop))
    assert await get(port, "/livez") == (200, b"ok\n")
    for _ in range(2):
        code, body = await get(port, "/readyz")
        assert (code, json.loads(body)) == (503, {"ready": False, "failing": ["store"]})
    down = False
    assert (await get(port, "/readyz"))[0] == 200
    health.draining = True
    assert (await get(port, "/readyz"))[0] == 503
    code, body = await get(port, "/metrics")
    assert code == 200
    assert b"foi_gateway_messages" in body
    stop.set()
    await task
    assert log.getvalue().count("health.failed") == 1
    assert "quillfeather" not in log.getvalue()


async def test_metrics_are_there_while_the_store_is_down() -> None:
    """The counters say what happened; only the store's gauges are stale."""

    async def fail() -> None:
        raise OSError

    health = Health({}, Metrics(), fail, logs.start(io.StringIO()))
    port, stop = free_port(), asyncio.Event()
    task = asyncio.create_task(serve(health, f"127.0.0.1:{port}", stop))
    assert (await get(port, "/metrics"))[0] == 200
    stop.set()
    await task
