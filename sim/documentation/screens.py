"""Pictures of the workshop page for its guide, taken in a browser: ``make screens``.

Needs Chromium or Chrome, and what the tests need (``playwright``).
"""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path("docs/figures")
DRAWS, SCALE = 20, 0.05
PROCESSES = 2
SIZES = {"wall": (1920, 1080), "laptop": (1280, 720), "phone": (390, 844)}
"""Width and height in pixels, by where the page is looked at."""
PACKAGES = ("Pay parity", "Low-cost retention", "More staff from home")
SCREENS = ("map", "lives", "books", "care", "budget", "challenge", "compare")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 600_000
"""Milliseconds that a screen may take: the first time, histories are simulated."""
BUSY = re.compile("imulating|looked at|Following|Looking|Working|priced|follow")
POLL = 0.2


def browser_there() -> str | None:
    """Where a browser is installed, if one is."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@contextmanager
def served(draws: int = DRAWS, scale: float = SCALE) -> Iterator[str]:
    """The page at an address of its own, once all draws are ready; `caresim app` has these draws and this scale."""
    import uvicorn

    from sim.app.pool import Pool
    from sim.app.server import make_app

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        app = make_app(Pool(draws, scale, PROCESSES))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        while not server.started or len(app.state.pool.baselines) < draws:
            time.sleep(POLL)
        yield f"http://127.0.0.1:{free.getsockname()[1]}/"
        server.should_exit = True
        thread.join()


def take(folder: Path = FOLDER) -> list[Path]:
    """Take all pictures; FileNotFoundError if there is no browser."""
    from playwright.sync_api import sync_playwright

    browser = browser_there()
    if browser is None:
        message = f"no browser: one of {', '.join(BROWSERS)} is needed"
        raise FileNotFoundError(message)
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        taken = []
        for name, (width, height) in SIZES.items():
            page = _open(started, address, width, height)
            _pick(page, PACKAGES[1])
            taken.append(_shot(page, folder / f"workshop_{name}.png"))
        page = _open(started, address, *SIZES["laptop"])
        for package in PACKAGES:
            _pick(page, package)
            _view(page, "compare")
            page.locator("#save-here").click()
        _pick(page, PACKAGES[0])
        for name in SCREENS:
            _view(page, name)
            _settle(page)
            page.locator("#views").evaluate("bar => bar.scrollIntoView()")
            taken.append(_shot(page, folder / f"workshop_{name}.png"))
        started.close()
    return taken


def _open(browser: Any, address: str, width: int, height: int) -> Page:
    page: Page = browser.new_context(viewport={"width": width, "height": height}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    _says(page, re.compile("No lever"))
    return page


def _pick(page: Page, package: str) -> None:
    page.locator("#packages").get_by_role("button", name=re.compile(package)).click()
    _says(page, re.compile("Done"))


def _view(page: Page, name: str) -> None:
    page.locator(f"#views button[data-view={name}]").click()


def _says(page: Page, words: re.Pattern[str]) -> None:
    from playwright.sync_api import expect

    expect(page.locator("#state")).to_contain_text(words, timeout=PATIENCE)


def _settle(page: Page) -> None:
    from playwright.sync_api import expect

    for state in page.locator(".view:not([hidden]) [role=status]").all():
        expect(state).not_to_contain_text(BUSY, timeout=PATIENCE)


def _shot(page: Page, file: Path) -> Path:
    page.screenshot(path=file)
    return file


if __name__ == "__main__":
    for one in take():
        print(one)
