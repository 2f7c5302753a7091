// Single lives and one provider's books, with and without the package: the same people and places in both.
import { byId, element, monthInWords, number, table } from "./dom.js";
import { closer } from "./look.js";
import { levers, page } from "./state.js";

const SHOWN = 10;
const LABEL = "Simulated, drawn at random; not evidence.";
let told = null, first = 0;

export function buildLives() {
  byId("view-lives").replaceChildren(
    element("h2", { id: "lives-title" }, "Ten lives"),
    element("p", { class: "label" }, LABEL, " The same people under today's law and under your package."),
    element("p", { class: "controls" }, element("button", { type: "button", id: "others", on: { click: others } }, "Ten others")),
    element("p", { id: "lives-state", role: "status" }), element("div", { id: "lives" }));
}

export function buildBooks() {
  byId("view-books").replaceChildren(
    element("h2", { id: "books-title" }, "A provider's books"),
    element("p", { class: "label" }, LABEL, " The same provider under today's law and under your package."),
    element("p", { class: "controls" }, element("label", { for: "provider" }, "Provider "), element("select", { id: "provider", on: { change: drawProvider } })),
    element("p", { id: "books-state", role: "status" }), element("div", { id: "books" }));
}

export async function drawLives(what) {
  if (what === "done") return;
  told = null;
  for (const id of ["lives", "books"]) byId(id).replaceChildren();
  say("Following people and providers month by month…");
  try {
    const found = await closer("lives", "/api/lives", levers(), () => null);
    if (!found) return;
    told = found;
    say("");
    first %= Math.max(1, told.people.length);
    drawPeople();
    const chosen = byId("provider").value;
    byId("provider").replaceChildren(...told.places.map((one, place) => element("option", { value: place }, one.name)));
    if (chosen && Number(chosen) < told.places.length) byId("provider").value = chosen;
    drawProvider();
  } catch (problem) {
    say(`This could not be simulated: ${problem.message}`);
  }
}

function say(words) {
  for (const id of ["lives-state", "books-state"]) byId(id).textContent = words;
}

function others() {
  if (!told) return;
  first = first + SHOWN < told.people.length ? first + SHOWN : 0;
  drawPeople();
}

function drawPeople() {
  const shown = told.people.slice(first, first + SHOWN);
  byId("lives").replaceChildren(...shown.map((one) => element("article", { class: "life" }, element("h3", {}, one.title + "."),
    element("div", { class: "twice" }, lines("Under today's law", one.base), ...(levers().length ? [lines("Under your package", one.package, one.base)] : [])))));
}

// What differs from today's law is marked, so that nobody has to compare line by line.
function lines(title, each, other = null) {
  const before = new Set((other ?? each).map(([month, text]) => month + text));
  const same = each.every(([month, text]) => before.has(month + text)) && each.length === (other ?? each).length;
  if (other && same) return element("div", {}, element("h4", {}, title), element("p", {}, "The same."));
  return element("div", {}, element("h4", {}, title), element("ol", {}, ...each.map(([month, text]) =>
    element("li", before.has(month + text) ? {} : { class: "differs" }, element("strong", {}, monthInWords(month) + ": "), text))));
}

function drawProvider() {
  const one = told?.places[Number(byId("provider").value)];
  if (!one) return;
  const own = levers().length ? [book("Under your package", one.package)] : [];
  byId("books").replaceChildren(book("Under today's law", one.base), ...own);
}

function book(title, told) {
  const pounds = (value, decimals = 0) => `${value < 0 ? "\u2212" : ""}£${number(Math.abs(value), decimals)}`;
  const rows = [
    ["Posts filled", (year) => number(year.filled, 0)],
    ["Posts vacant", (year) => number(year.vacant, 0)],
    ["Pay offered to care workers, an hour", (year) => year.pay ? pounds(year.pay, 2) : "none"],
    ["Council's fee for an hour of care", (year) => pounds(year.fee, 2)],
    ["Care bought, hours a week", (year) => number(year.hours, 0)],
    ["Care missed, hours a week", (year) => number(year.missed, 0)],
    ["Wages and on-costs, a week", (year) => pounds(year.wages)],
    ["Margin, % of income over a year", (year) => number(100 * year.margin, 1)],
    ["Reserves", (year) => pounds(year.reserves)],
  ];
  const heads = ["Figure", ...told.years.map((year) => monthInWords(year.month))];
  const closed = told.closed ? [element("p", { class: "closed" }, `Closed in ${monthInWords(told.closed)}.`)] : [];
  return element("div", {}, table(title, heads, rows.map(([label, value]) => [label, ...told.years.map(value)]), "books"), ...closed);
}
