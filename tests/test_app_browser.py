"""The workshop page in a browser, used as a person would; skipped where no Chromium is installed."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small import private_store

from sim.app.pool import Pool
from sim.app.server import make_app
from sim.scenario import load_scenario

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)
DRAWS, SCALE = 4, 0.002
PATIENCE = 60_000
"""Milliseconds."""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_store(tmp_path_factory.mktemp("store")), socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        app = make_app(Pool(DRAWS, SCALE, 2), ("127.0.0.1",))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [free]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{free.getsockname()[1]}/"
        server.should_exit = True
        thread.join(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Visit:
    """A browser's page, what it asked for, and what went wrong in it."""

    def __init__(self, browser: Browser, address: str, width: int = 1280, height: int = 720) -> None:
        # The page's own rules forbid scripts in texts, by which the driver looks at it.
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, bypass_csp=True, accept_downloads=True
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.address, self.asked, self.errors = address, [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)

    def open(self, state: str = "") -> Visit:
        self.page.goto(self.address + state)
        return self

    def shows(self, words: str) -> None:
        expect(self.page.locator("#state")).to_contain_text(re.compile(words), timeout=PATIENCE)

    def figure(self, name: str) -> Any:
        return self.page.locator("#figures > div").filter(has=self.page.get_by_text(name, exact=True))


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    made = Visit(browser, address)
    yield made
    outside = [url for url in made.asked if not url.startswith((address, "data:", "blob:"))]
    made.context.close()
    assert outside == []
    assert made.errors == []


def test_a_package_is_picked_levers_are_moved_and_figures_answer(visit):
    visit.open().shows("No lever is in the package")
    expect(visit.figure("Vacancies")).to_contain_text("under today's law")
    visit.page.get_by_role("button", name=re.compile("Pay parity")).click()
    visit.shows(f"Done: mean of {DRAWS} draws")
    first = visit.figure("Cost").text_content()
    assert re.search(r"\+\d", first), "parity costs"
    assert "today's law: " in first
    for name in ("Real living wage", "Staff benefits"):
        slider = visit.page.get_by_role("slider", name=re.compile(name))
        slider.focus()
        slider.press("End")
    visit.shows(f"Done: mean of {DRAWS} draws")
    visit.page.get_by_role("slider", name=re.compile("Real living wage")).press("Home")
    visit.shows("Simulating|First years")
    visit.shows(f"Done: mean of {DRAWS} draws")
    assert visit.figure("Cost").text_content() != first
    visit.page.get_by_role("button", name="Take all levers away").click()
    visit.shows("No lever is in the package")


def test_the_chart_shows_what_is_chosen_and_its_table_says_the_same(visit):
    visit.open().shows("No lever is in the package")
    visit.page.get_by_label("Show", exact=True).select_option("posts filled")
    expect(visit.page.locator("#chart-title")).to_contain_text("Posts filled")
    assert visit.page.locator("#chart circle").count() > 5, "published figures are dots"
    visit.page.get_by_text("The same as a table").click()
    rows = visit.page.get_by_role("row")
    assert rows.count() == 16
    expect(rows.nth(1)).to_contain_text("2017")


def test_a_link_restores_the_package_and_a_file_of_it_runs_in_the_command_line(visit, tmp_path: Path):
    visit.open().shows("No lever is in the package")
    visit.page.get_by_role("button", name=re.compile("Low-cost retention")).click()
    visit.shows("Done")
    before = visit.page.locator("#figures").text_content()
    visit.page.reload()
    visit.shows("Done")
    assert visit.page.locator("#figures").text_content() == before
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="Save as a scenario file").click()
    download.value.save_as(tmp_path / "package.yaml")
    assert load_scenario(tmp_path / "package.yaml").levers == load_scenario("low_cost_retention").levers


def test_two_people_at_once_get_their_own_answers(visit, browser, address):
    other = Visit(browser, address)
    visit.open("#lever=fee_uplift,fee_uplift,1")
    other.open("#lever=zero_hours_ban,zero_hours_ban,1")
    visit.shows("Done")
    other.shows("Done")
    assert visit.page.locator("#figures").text_content() != other.page.locator("#figures").text_content()
    other.context.close()


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720), (390, 844)])
def test_nothing_keeps_people_from_using_it(browser, address, width, height):
    visit = Visit(browser, address, width, height).open("#lever=fee_uplift,fee_uplift,1")
    visit.shows("Done")
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    projector = visit.page.get_by_role("button", name="Projector view")
    assert projector.is_visible() == (width > 640), "a phone is no projector"
    if projector.is_visible():
        projector.click()
        assert visit.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 24
        assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    visit.context.close()


def test_everything_can_be_reached_by_keyboard(visit):
    visit.open().shows("No lever is in the package")
    reached = set()
    for _ in range(25):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.id || document.activeElement.textContent.slice(0, 20)"))
    assert {"projector", "charted", "clear", "file", "slider-real_living_wage"} <= reached
    assert any(one.startswith("Pay parity") for one in reached)
