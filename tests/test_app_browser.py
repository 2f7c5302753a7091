"""The workshop page in a browser, used as a person would; skipped where no Chromium is installed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from small import private_store

from sim.documentation.screens import browser_there, served
from sim.scenario import load_scenario

CHROMIUM = browser_there()
DRAWS, SCALE = 4, 0.002
PATIENCE = 60_000
"""Milliseconds."""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_store(tmp_path_factory.mktemp("store")), served(DRAWS, SCALE) as found:
        yield found


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
        self.context.route(lambda url: not url.startswith((address, "data:", "blob:")), lambda route: route.abort())
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)

    def open(self, state: str = "") -> Visit:
        self.page.goto(self.address + state)
        return self

    def shows(self, words: str) -> None:
        expect(self.page.locator("#state")).to_contain_text(re.compile(words), timeout=PATIENCE)

    def view(self, name: str) -> None:
        self.page.get_by_role("navigation", name="Screens").get_by_role("button", name=name).click()

    def pick(self, name: str) -> None:
        self.page.locator("#packages").get_by_role("button", name=re.compile(name)).click()
        self.shows(f"Done: mean of {DRAWS} draws")

    def settled(self, state: str) -> None:
        """Wait until a screen has said all it has to say."""
        expect(self.page.locator(state)).not_to_contain_text(
            re.compile("imulating|looked at|Following|Looking|Working|priced|follow"), timeout=PATIENCE
        )

    def saved_as(self, button: str) -> bytes:
        with self.page.expect_download() as download:
            self.page.locator("#view-take").get_by_role("button", name=button).click()
        return Path(download.value.path()).read_bytes()

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
    expect(visit.figure("Cost")).not_to_have_text(first)
    visit.shows(f"Done: mean of {DRAWS} draws")
    visit.page.get_by_role("button", name="Take all levers away").click()
    visit.shows("No lever is in the package")


def test_fewer_vacancies_for_want_of_seeking_are_told_beside_the_figures(visit):
    """Whether there are any depends on luck at so small a scale, so the answer is given its caution on the way."""
    words = "Fewer vacancies are no improvement here."

    def told(route: Any) -> None:
        answer = route.fetch()
        lines = [json.loads(line) | {"caution": words} for line in answer.text().splitlines()]
        route.fulfill(response=answer, body="".join(json.dumps(line) + "\n" for line in lines))

    visit.context.route("**/api/answer", told)
    visit.open().shows("No lever is in the package")
    caution = visit.page.locator("#caution")
    expect(caution).to_be_hidden()
    visit.pick("Pay parity")
    expect(caution).to_have_text(words)
    visit.page.get_by_role("button", name="Take all levers away").click()
    expect(caution).to_be_hidden()


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


def test_it_works_from_another_machine_where_browsers_keep_things_for_encrypted_pages(visit):
    visit.context.add_init_script("delete Crypto.prototype.randomUUID; delete Navigator.prototype.clipboard;")
    visit.open().shows("No lever is in the package")
    visit.pick("Pay parity")
    visit.view("Take away")
    visit.page.get_by_role("button", name="Copy a link").click()
    expect(visit.page.locator("#take-state")).to_contain_text("The link is what stands in the address line")


def test_a_link_put_into_the_address_line_is_followed(visit):
    visit.open().shows("No lever is in the package")
    visit.page.evaluate("location.hash = '#lever=fee_uplift,fee_uplift,1'")
    visit.shows("Done")
    expect(visit.page.locator("#slider-fee_uplift")).to_have_value("1")


def test_a_ready_package_that_is_changed_goes_by_its_name_no_longer(visit):
    visit.open().shows("No lever")
    visit.pick("Pay parity")
    parity = visit.page.locator("#packages").get_by_role("button", name=re.compile("Pay parity"))
    expect(parity).to_have_attribute("aria-pressed", "true")
    visit.page.get_by_role("slider", name=re.compile("Real living wage")).press("End")
    visit.shows("Done")
    expect(parity).to_have_attribute("aria-pressed", "false")
    visit.view("Compare and vote")
    visit.page.get_by_role("button", name="Save your package").click()
    expect(visit.page.locator(".saved h3")).to_have_text("Package 1")


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
    for _ in range(35):
        visit.page.keyboard.press("Tab")
        reached.add(visit.page.evaluate("document.activeElement.id || document.activeElement.textContent.slice(0, 20)"))
    assert {"projector", "charted", "clear", "file", "slider-real_living_wage"} <= reached
    assert {"On the map", "Take away"} <= reached, "screens"
    assert any(one.startswith("Pay parity") for one in reached)


def test_months_are_played_on_the_map(visit):
    visit.open().shows("No lever")
    visit.pick("Pay parity")
    visit.view("On the map")
    visit.settled("#map-state")
    assert visit.page.locator("#map polygon").count() == 153
    expect(visit.page.locator("#map-state")).to_contain_text("Posts filled, March 2031")
    visit.page.get_by_role("button", name="Play the months").click()
    expect(visit.page.locator("#month-words")).not_to_have_text("March 2031")
    first = visit.page.locator("#month-words").text_content()
    expect(visit.page.locator("#month-words")).not_to_have_text(first)
    visit.page.get_by_role("button", name="Stop").click()
    visit.page.get_by_label("Month", exact=True).press("Home")
    expect(visit.page.locator("#map-state")).to_contain_text("April 2026: in no region can a change be told.")
    visit.page.get_by_label("by", exact=True).select_option("council")
    expect(visit.page.locator("#map-state")).to_contain_text("April 2026: in no council can a change be told.")
    visit.page.get_by_text("Every council as a table").click()
    expect(visit.page.locator("#councils tbody tr")).to_have_count(153)


def test_the_map_does_not_show_a_package_that_was_taken_away_meanwhile(visit):
    visit.open("#lever=fee_uplift,fee_uplift,0.75").shows("Done")
    visit.view("On the map")
    visit.page.evaluate("document.getElementById('clear').click()")
    expect(visit.page.locator("#map-state")).to_contain_text("Put a lever into the package")
    visit.page.wait_for_timeout(8000)
    expect(visit.page.locator("#map-state")).to_contain_text("Put a lever into the package")
    expect(visit.page.locator("#map-table table")).to_have_count(0)


def test_lives_and_books_are_told_twice_and_said_to_be_no_evidence(visit):
    visit.open("#lever=real_living_wage,real_living_wage,1&view=lives").shows("Done")
    visit.settled("#lives-state")
    lives = visit.page.get_by_role("article")
    assert lives.count() == 10
    expect(visit.page.locator("#view-lives")).to_contain_text("Simulated, drawn at random; not evidence.")
    expect(lives.first).to_contain_text("Under today's law")
    expect(lives.first).to_contain_text("Under your package")
    before = lives.all_text_contents()
    visit.page.get_by_role("button", name="Ten others").click()
    assert visit.page.get_by_role("article").all_text_contents() != before
    visit.view("A provider's books")
    visit.settled("#books-state")
    expect(visit.page.locator("#view-books")).to_contain_text("not evidence")
    assert visit.page.locator("#books table").count() == 2
    first = visit.page.locator("#books").text_content()
    visit.page.get_by_label("Provider", exact=True).select_option(index=1)
    assert visit.page.locator("#books").text_content() != first


def test_a_room_has_a_budget_and_every_lever_its_price(visit):
    visit.open("#view=budget").shows("No lever")
    expect(visit.page.locator("#budget-state")).to_contain_text("to see its price")
    visit.pick("Pay parity")
    visit.settled("#budget-state")
    rows = visit.page.locator("#prices tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_contain_text(re.compile(r"\+\d"))
    expect(rows.nth(2)).to_contain_text("Left over")
    expect(visit.page.locator("#spent")).to_contain_text("over budget")
    visit.page.get_by_label("The room has £").fill("90")
    expect(visit.page.locator("#spent")).to_contain_text("within budget")


def test_a_budget_is_told_beside_a_belief(visit):
    visit.open("#lever=real_living_wage,real_living_wage,0.5&view=challenge").shows("Done")
    visit.page.locator("#view-challenge input[type=range]").first.press("ArrowRight")
    visit.shows("share (your|these) beliefs")
    visit.view("Budget")
    visit.page.get_by_role("slider", name=re.compile("Real living wage")).press("ArrowRight")
    visit.shows("share (your|these) beliefs")
    visit.settled("#budget-state")
    spent = re.compile("The package (costs|changes what care costs)|Too few draws")
    expect(visit.page.locator("#spent")).to_contain_text(spent)
    few = "Too few draws" in (visit.page.locator("#budget-state").text_content() or "")
    expect(visit.page.locator("#prices tbody tr")).to_have_count(0 if few else 1)
    visit.view("Ten lives")
    expect(visit.page.locator("#unweighted")).to_be_visible()
    visit.view("On the map")
    expect(visit.page.locator("#unweighted")).to_be_hidden()
    told = re.compile("Too few draws|change|it can't be told")
    expect(visit.page.locator("#map-state")).to_contain_text(told, timeout=60_000)


def test_packages_are_saved_compared_and_voted_on_and_a_reload_keeps_them(visit):
    visit.open().shows("No lever")
    for name in ("Pay parity", "Low-cost retention"):
        visit.pick(name)
        visit.view("Compare and vote")
        visit.page.get_by_role("button", name="Save your package").click()
    visit.settled("#compare-state")
    visit.page.get_by_role("button", name=re.compile("One vote more for Pay parity")).click()
    visit.page.get_by_role("button", name=re.compile("One vote more for Pay parity")).click()
    visit.page.reload()
    visit.shows("Done")
    visit.settled("#compare-state")
    expect(visit.page.locator(".saved").first).to_contain_text("2 votes")
    tables = visit.page.locator("#compared table")
    expect(tables).to_have_count(4)
    # The second package is looked at after the first has been told.
    expect(tables.first.locator("thead")).to_contain_text("Low-cost retention", timeout=60_000)
    expect(visit.page.locator(".gains li")).to_have_count(2)
    expect(visit.page.locator("#compared")).to_contain_text("2 packages were tried")
    visit.page.get_by_text("All 2 packages tried").click()
    expect(visit.page.locator("#tried tbody tr")).to_have_count(2)
    visit.page.get_by_role("button", name=re.compile("Remove Pay parity")).click()
    expect(visit.page.locator(".saved")).to_have_count(1)


def test_a_belief_weighs_the_draws_and_can_be_taken_back(visit):
    visit.open().shows("No lever")
    visit.pick("Pay parity")
    before = visit.figure("Vacancies").text_content()
    visit.view("Challenge it")
    slider = visit.page.locator("#view-challenge input[type=range]").first
    slider.focus()
    slider.press("Home")
    visit.shows("share your beliefs|Too few draws")
    assert visit.figure("Vacancies").text_content() != before
    visit.page.get_by_role("button", name="Forget all beliefs").click()
    visit.shows("Done")
    assert visit.figure("Vacancies").text_content() == before


def test_a_room_takes_away_a_sheet_pictures_and_its_workshop(visit, browser, address):
    visit.open().shows("No lever")
    visit.pick("Low-cost retention")
    visit.view("Compare and vote")
    visit.page.get_by_label("Name of your package").fill("Team A")
    visit.page.get_by_role("button", name="Save your package").click()
    visit.view("Take away")
    assert visit.saved_as("One-page hand-out (PDF)").startswith(b"%PDF")
    assert visit.saved_as("Chart as PNG").startswith(b"\x89PNG")
    chart = visit.saved_as("Chart as SVG").decode()
    assert "Your package" in chart
    assert "Vacancies" in chart
    workshop = visit.saved_as("Workshop as a file")
    other = Visit(browser, address).open("#view=take")
    other.shows("No lever")
    other.page.get_by_label(re.compile("A scenario file")).set_input_files(
        {"name": "workshop.json", "mimeType": "application/json", "buffer": workshop}
    )
    other.shows("Done")
    other.view("Compare and vote")
    expect(other.page.locator(".saved h3")).to_have_text("Team A")
    other.context.close()


def test_a_new_workshop_counts_nothing_that_was_tried_before(visit):
    visit.open().shows("No lever")
    visit.pick("Low-cost retention")
    visit.view("Take away")
    visit.page.once("dialog", lambda dialog: dialog.dismiss())
    visit.page.get_by_role("button", name="Begin a new workshop").click()
    visit.view("Compare and vote")
    expect(visit.page.locator("#tried")).to_contain_text("The one package tried")
    visit.view("Take away")
    visit.page.once("dialog", lambda dialog: dialog.accept())
    visit.page.get_by_role("button", name="Begin a new workshop").click()
    visit.shows("No lever")
    visit.view("Compare and vote")
    expect(visit.page.locator("#tried")).to_be_empty()


def test_a_file_is_brought_and_a_broken_one_is_refused_and_changes_nothing(visit):
    visit.open("#view=take").shows("No lever")
    bring = visit.page.get_by_label(re.compile("A scenario file"))

    def file(text: str, name: str = "ours.yaml") -> Any:
        return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}

    bring.set_input_files(file("name: Ours\nextends: real_living_wage\n"))
    visit.shows("Done")
    expect(visit.page.locator("#take-state")).to_contain_text("Ours: its levers are in the package")
    before = visit.page.locator("#figures").text_content()
    visit.errors.clear()
    bring.set_input_files(file("name: Ours\nlevers:\n  - real_living_wagee: {from: 2027-04}\n"))
    expect(visit.page.locator("#take-state")).to_contain_text("did you mean 'real_living_wage'?")
    bring.set_input_files(file("{", "workshop.json"))
    expect(visit.page.locator("#take-state")).to_contain_text("no workshop file")
    assert visit.page.locator("#figures").text_content() == before
    assert all("400" in told for told in visit.errors), "only the refusal itself"
    visit.errors.clear()
    visit.page.reload()
    visit.shows("Done")
    assert visit.page.locator("#figures").text_content() == before, "the file is brought again"


@pytest.mark.parametrize("name", ["map", "lives", "books", "care", "budget", "compare", "challenge", "take"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_screen_can_be_used_by_everybody(browser, address, name, width):
    visit = Visit(browser, address, width, 844).open(f"#lever=fee_uplift,fee_uplift,1&view={name}")
    visit.shows("Done")
    for state in ("map-state", "lives-state", "books-state", "care-state", "budget-state", "compare-state"):
        visit.settled("#" + state)
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    assert visit.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    assert visit.errors == []
    visit.context.close()
