"""The whole gateway in one process: listener, inspector, store, courier, health."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from detectors.inspect import Inspector, Subject
from detectors.sandbox import Ending, SandboxError
from gateway import health, logs
from gateway.health import Health
from gateway.logs import Log
from gateway.message import NextHop
from gateway.metrics import Metrics
from gateway.notices import Notices, PlainWords
from gateway.pipeline import Pipeline
from gateway.policy import Policy
from gateway.settings import Settings
from gateway.smtp.courier import Courier
from gateway.smtp.listener import Listener
from gateway.smtp.route import open_next_hop
from gateway.store import Store

CANARY = b"From: canary@localhost\r\nTo: canary@localhost\r\nSubject: canary\r\n\r\nAll is well.\r\n"
