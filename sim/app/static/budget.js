// The budget game: the room has so much a year, and each lever has its price within the package.
import { byId, element, number, range, signed, stream, table, tellIn } from "./dom.js";
import { believing, keep, keyOf, levers, page, person, titleOf, TOO_FEW, workshop } from "./state.js";
import { saveCurrent } from "./compare.js";

let asking = null, priced = { key: "", prices: [] };

export function buildBudget() {
  byId("view-budget").replaceChildren(
    element("h2", { id: "budget-title" }, "Budget"),
    element("p", { class: "controls" }, element("label", { for: "budget" }, "The room has £ "),
      element("input", { id: "budget", type: "number", min: 0, max: 100, step: 0.1, value: workshop.budget, on: { input: spend } }), " billion a year of new money"),
    element("div", { id: "spent" }), element("p", { id: "budget-state", role: "status" }), element("div", { id: "prices" }),
    element("p", { class: "controls" }, element("button", { type: "button", id: "save-package", on: { click: () => saveCurrent() } }, "Save this package")),
    element("p", { class: "note" }, "A price is what the package costs with the lever less what it costs without it: levers work on the same people, so prices need not add up. "
      + "Cost is what councils, the NHS, government and people who pay for their own care spend more in " + page.about.year + "."));
}

function spend(event) {
  const value = Number(event.target.value);
  if (event.target.value === "" || !(value >= 0)) return say("A budget is a number of £ billion, 0 or more.");
  say("");
  workshop.budget = value;
  keep();
  drawSpent();
}

export async function drawBudget(what) {
  byId("budget").value = String(workshop.budget);
  drawSpent();
  if (what === "changed") {
    asking?.abort();
    drawPrices();
  }
  if (what === "changed" && page.answer === null && levers().length) return say("Prices follow once the package is simulated.");
  if (!levers().length) return say("Put a lever into the package to see its price.");
  const key = asked();
  if (priced.key === key) return drawPrices();
  asking?.abort();
  asking = new AbortController();
  const mine = asking, prices = [];
  priced = { key: "", prices };
  say("Working out prices, a lever at a time…");
  try {
    await stream("/api/prices", { person, levers: levers(), believed: page.believed }, (told) => {
      if (told.few) return;
      prices.push(told);
      drawPrices();
      say(`${prices.length} of ${levers().length} levers priced.`, false);
    }, mine.signal, true);
    priced = { key, prices };
    say(prices.length ? "" : TOO_FEW);
  } catch (problem) {
    if (problem.name !== "AbortError") say(`Prices could not be worked out: ${problem.message}`);
  }
}

// What prices are of.
const asked = () => keyOf(levers()) + JSON.stringify(page.believed);

const say = (words, aloud = true) => tellIn("budget-state", words, aloud);

function drawSpent() {
  const change = levers().length && page.answer?.draws > 1 ? page.answer.change.cost : null;
  if (!change) return byId("spent").replaceChildren(element("p", {}, unspent()));
  const over = change.mean - workshop.budget;
  const by = Math.abs(over) < 0.005 ? "just the budget" : over > 0 ? `£${number(over, 2)} billion over budget` : `£${number(-over, 2)} billion within budget`;
  const sure = change.low !== null && (change.low > workshop.budget || change.high <= workshop.budget);
  const words = `The package changes what care costs by ${signed(change.mean, 2)} billion £ a year (${range(change, 2) || "range follows"}): ${by}`
    + (sure || change.low === null ? "." : " on average; the range holds more and less than the budget.");
  const most = Math.max(change.high ?? change.mean, workshop.budget, 0.01) * 1.05, at = (value) => `${Math.max(0, Math.min(100, 100 * value / most)).toFixed(1)}%`;
  const bar = element("div", { class: "bar", "aria-hidden": "true" }, element("div", { class: over > 0 ? "used over" : "used" }), element("div", { class: "limit" }));
  // Styles are set from here, as the page's rules allow no style in its text.
  bar.children[0].style.width = at(change.mean);
  bar.children[1].style.left = at(workshop.budget);
  byId("spent").replaceChildren(element("p", { class: "sum" }, words), bar);
}

function unspent() {
  if (!levers().length) return "Nothing is spent.";
  return page.answer?.draws && page.answer.amount < page.about.fewest && believing() ? TOO_FEW : "The package is being simulated.";
}

function drawPrices() {
  const prices = priced.key === asked() || priced.key === "" ? priced.prices : [];
  if (!prices.length) return byId("prices").replaceChildren();
  const one = (name) => page.about.figures.find((each) => each.name === name);
  const cell = (told, name) => signed(told.changes[name].mean, one(name).decimals) + (told.changes[name].sign === 0 ? ", may rise or fall" : "");
  const rows = prices.map((told) => [titleOf(told.lever), cell(told, "cost"), range(told.changes.cost, 2), cell(told, "filled_posts"), cell(told, "turnover_all"), cell(told, "unmet_share")]);
  // Of the same draws as prices, so that what is left over is how levers work on each other, and no luck.
  const whole = prices[0].package.cost;
  if (prices.length === levers().length && prices.length > 1) {
    rows.push(["Left over: levers that work on each other", signed(whole.mean - prices.reduce((all, told) => all + told.changes.cost.mean, 0), 2), "", "", "", ""]);
  }
  byId("prices").replaceChildren(table(`What each lever adds within this package, judging by ${prices[0].draws} draws`, ["Lever", "£ billion a year", "Range", "Posts filled, thousand", "Turnover, points", "Care not met, points"], rows));
}
