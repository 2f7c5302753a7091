"""Read by every local worker as it starts: Ctrl-C is for the process that hands out tasks, which ends the workers."""

from __future__ import annotations

import signal

signal.signal(signal.SIGINT, signal.SIG_IGN)
