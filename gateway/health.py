"""The loopback port of operations: /livez, /readyz, /metrics."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from detectors.wire import name_error
from gateway.logs import Log
from gateway.metrics import Metrics

CHECK_SECONDS = 20.0

Check = Callable[[], Awaitable[None]]
"""Something that must work for mail to be decided; raises when it does not."""


@dataclass
class Health:
    """Whether this process lives, and whether it can decide mail. The next hop is not asked: we can hold."""

    checks: Mapping[str, Check]
    metrics: Metrics
    refresh: Callable[[], Awaitable[None]]
    log: Log
    draining: bool = False
    failing: set[str] = field(default_factory=set)

    def application(self) -> Starlette:
        """The routes."""
        return Starlette(
            routes=[
                Route("/livez", self.live),
                Route("/readyz", self.ready),
                Route("/metrics", self.measure),
            ]
        )

    async def live(self, _: Request) -> Response:
        """200 as long as the event loop turns."""
        return PlainTextResponse("ok\n")

    async def ready(self, _: Request) -> Response:
        """200 when every check passes, else 503 with the names of those that do not."""
        if self.draining:
            return JSONResponse({"ready": False, "failing": ["draining"]}, status_code=503)
        failing = [name for name, check in self.checks.items() if not await self.passes(name, check)]
        return JSONResponse({"ready": not failing, "failing": failing}, status_code=503 if failing else 200)

    async def passes(self, name: str, check: Check) -> bool:
        """Whether a check passes in time; the first failure of a row is logged."""
        try:
            await asyncio.wait_for(check(), CHECK_SECONDS)
        except Exception as error:  # noqa: BLE001 whatever it is, we are not ready
            if name not in self.failing:
                self.log("health.failed", check=name, error=name_error(error))
            self.failing.add(name)
            return False
        self.failing.discard(name)
        return True

    async def measure(self, _: Request) -> Response:
        """The metrics, with the gauges of the store made fresh."""
        with contextlib.suppress(
            Exception
        ):  # a store that is down shows in /readyz; the counters are still worth having
            await self.refresh()
        return Response(self.metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


class Server(uvicorn.Server):
    """uvicorn inside our event loop, which keeps its own signal handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield


async def serve(health: Health, listen: str, stop: asyncio.Event) -> None:
    """Answer on `listen` (host:port) until `stop`. Raises OSError when the port cannot be had."""
    host, _, port = listen.rpartition(":")
    config = uvicorn.Config(
        health.application(), log_config=None, access_log=False, lifespan="off", server_header=False
    )
    server = Server(config)
    listener = await asyncio.get_running_loop().run_in_executor(None, bind, host.strip("[]"), int(port))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await stop.wait()
    server.should_exit = True
    await task


def bind(host: str, port: int) -> socket.socket:
    """A listening socket, which a gateway that closes down may hold too."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, reuse_port=True)


def claim(address: str) -> None:
    """Raises OSError when somebody listens on an address already."""
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    socket.create_server((host.strip("[]"), int(port)), family=family).close()
