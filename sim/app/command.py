"""``caresim app``: the workshop page, served to browsers on this machine."""

from __future__ import annotations

import os
import webbrowser
from threading import Timer

import uvicorn

from sim import warming
from sim.app.pool import Pool
from sim.app.server import make_app

LOOPBACK = "127.0.0.1"
LOCAL_NAMES = (LOOPBACK, "localhost")
EVERY = ("0.0.0.0", "::")
"""Addresses of all of the machine's networks, itself included."""
ANY = "*"
OPENS_AFTER = 1.0
"""Seconds from the start to the opening of a browser."""


def serve(host: str, port: int, draws: int, scale: float, browser: bool) -> None:
    """Serve the page until Ctrl-C.

    Args:
        host: address to listen at.
        port: to listen at.
        draws: of the fitted parameters.
        scale: share of England in each run.
        browser: whether to open one.
    """
    warming.warm()
    local = host in LOCAL_NAMES
    named = LOOPBACK if host in EVERY else f"[{host}]" if ":" in host else host
    reach = "from this machine only" if local else "from every machine that reaches this one; there is no password"
    address = f"http://{named}:{port}/"
    print(f"The page is at {address} and can be opened {reach}. Ctrl-C stops it.", flush=True)
    if browser:
        Timer(OPENS_AFTER, webbrowser.open, (address,)).start()
    pool = Pool(draws, scale, max(1, min(os.cpu_count() or 1, draws)))
    uvicorn.run(make_app(pool, LOCAL_NAMES if local else (ANY,)), host=host, port=port, log_level="warning")
