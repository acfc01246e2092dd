"""The whole gateway in one process: listener, inspector, store, courier, health."""

from __future__ import annotations

CANARY = b"From: canary@localhost\r\nTo: canary@localhost\r\nSubject: canary\r\n\r\nAll is well.\r\n"
