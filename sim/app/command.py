"""``caresim app``: the workshop page, served to browsers on this machine."""

from __future__ import annotations

import errno
import os
import socket
import webbrowser
from threading import Timer

import uvicorn

from sim import warming
from sim.app.hosts import LOCAL_NAMES, LOOPBACK
from sim.app.pool import Pool
from sim.app.server import make_app
from sim.problems import COMMAND_LINE, Problem, ScenarioError

EVERY = ("0.0.0.0", "::")
"""Addresses of all of the machine's networks, itself included."""
NOWHERE = "address.invalid"
"""A name that no machine has (RFC 2606)."""
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

    Raises:
        ScenarioError: nobody can listen there.
    """
    with _listening(host, port) as link:
        warming.warm()
        local = host in LOCAL_NAMES
        reach = "from this machine only" if local else "from every machine that reaches this one; there is no password"
        address = f"http://{_announced(host, link)}:{port}/"
        print(f"The page is at {address} and can be opened {reach}. Ctrl-C stops it.", flush=True)
        if browser:
            Timer(OPENS_AFTER, webbrowser.open, (address,)).start()
        pool = Pool(draws, scale, max(1, min(os.cpu_count() or 1, draws)))
        app = make_app(pool, host)
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[link])


def _announced(host: str, link: socket.socket) -> str:
    """A name by which a browser of this machine reaches what listens at an address, as it stands in a link."""
    if host not in EVERY:
        return f"[{host}]" if ":" in host else host
    alone = link.family is socket.AF_INET6 and link.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY)
    return "[::1]" if alone else LOOPBACK


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens, before anything is promised or simulated."""
    try:
        # Nothing at all would be taken for all addresses.
        family = socket.getaddrinfo(host.strip() or NOWHERE, port, type=socket.SOCK_STREAM)[0][0]
        both = host in EVERY and family is socket.AF_INET6 and socket.has_dualstack_ipv6()
        return socket.create_server((host, port), family=family, dualstack_ipv6=both)
    except (OSError, UnicodeError) as problem:
        if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
            told = Problem(COMMAND_LINE, 0, "--port", f"{port} is in use", "a port that nothing else listens at")
        else:
            expected = "an address of this machine, such as 127.0.0.1 or 0.0.0.0"
            told = Problem(COMMAND_LINE, 0, "--host", repr(host), expected)
        raise ScenarioError([told]) from None
