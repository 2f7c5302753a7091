"""Under which names the page may be asked for.

A page from elsewhere can have its own name lead to this machine, and would then be allowed to read what is served here
(DNS rebinding). Addresses written as numbers cannot be led anywhere, and of names only the machine's own are known.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse

LOOPBACK = "127.0.0.1"
LOCAL_NAMES = frozenset({LOOPBACK, "localhost", "::1"})
MULTICAST_DNS = ".local"
"""Ending of names by which machines of one network find each other (RFC 6762)."""


class Hosts:
    """Refuses to answer to names that are not this machine's."""

    def __init__(self, app: Any, host: str) -> None:
        """Wrap an application.

        Args:
            app: the application.
            host: where it listens. Unless that is this machine alone, other machines may ask by any address.
        """
        self.app, self.local = app, host in LOCAL_NAMES
        self.names = LOCAL_NAMES if self.local else LOCAL_NAMES | own_names() | {host.lower()}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, or refuse to."""
        app = self.app
        if scope["type"] == "http" and not self._ours(host_of(Request(scope).headers.get("host", ""))):
            app = JSONResponse({"error": "the page is not served under this name"}, status_code=400)
        await app(scope, receive, send)

    def _ours(self, host: str) -> bool:
        return host in self.names or (not self.local and _is_address(host))


def own_names() -> frozenset[str]:
    """What this machine is called by others in its network; nobody outside is asked."""
    name = socket.gethostname().lower().rstrip(".")
    return frozenset({name, name.partition(".")[0] + MULTICAST_DNS})


def host_of(header: str) -> str:
    """Name or address in a Host header, without the port; empty if there is none."""
    try:
        return (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
