// Assumptions to challenge: draws of the parameters that share a belief count for more. Each has its own history.
import { byId, element } from "./dom.js";
import { page } from "./state.js";

const STEPS = 100;
let tools = null;

const told = (value) => Number(value.toPrecision(2)).toLocaleString("en-GB", { maximumFractionDigits: 6 });

export function buildChallenge(given) {
  tools = given;
  byId("view-challenge").replaceChildren(
    element("h2", { id: "challenge-title" }, "Challenge it"),
    element("p", {}, "\"That's not how it is.\" Ten assumptions that stand out among those behind the conclusions. Say what you believe: of the draws of the parameters, each of which has lived through 2016 to 2026, "
      + "those that share your belief count for more. The figures above and the chart follow."),
    element("p", { class: "controls" }, element("button", { type: "button", id: "believe-nothing", on: { click: forget } }, "Forget all beliefs")),
    ...page.about.assumptions.map(slider));
}

function slider(one) {
  const id = "believe-" + one.parameter;
  const source = [one.source, one.grade && `evidence: ${one.grade}`, one.note].filter(Boolean).join(". ");
  return element("div", { class: "assumption", id: "assumption-" + one.parameter },
    element("label", { for: id }, element("strong", {}, one.question), " "), element("output", { id: id + "-words", for: id }, "as in the fitted model"),
    element("input", { id, type: "range", min: 0, max: STEPS, step: 5, value: at(one, one.usual), on: { change: (event) => believe(one, Number(event.target.value)), input: (event) => words(one, valueAt(one, Number(event.target.value))) } }),
    element("p", { class: "ends", "aria-hidden": "true" }, element("span", {}, one.low_words), element("span", {}, one.high_words)),
    element("details", {}, element("summary", { "aria-label": `What the research says: ${one.question}` }, "What the research says"),
      element("p", {}, `${one.meaning}: from ${told(one.low)} to ${told(one.high)}, usually ${told(one.central)}; ${told(one.usual)} in the fitted model on average (${one.unit}). It moves ${one.moves}.`),
      element("p", {}, `${source}.`.replace("..", "."), one.source_url ? ` ${one.source_url}` : "")));
}

const at = (one, value) => Math.round(STEPS * (value - one.low) / (one.high - one.low));
const valueAt = (one, place) => one.low + (one.high - one.low) * place / STEPS;

function believe(one, place) {
  page.believed[one.parameter] = Number(Math.min(one.high, Math.max(one.low, valueAt(one, place))).toPrecision(12));
  tools.changed();
}

function words(one, value) {
  const place = value === undefined ? 0 : at(one, value);
  const said = value === undefined ? "as in the fitted model" : place <= 5 ? one.low_words : place >= STEPS - 5 ? one.high_words : told(value);
  byId(`believe-${one.parameter}-words`).textContent = said;
  byId("believe-" + one.parameter).setAttribute("aria-valuetext", said);
}

function forget() {
  page.believed = {};
  tools.changed();
}

export function drawChallenge() {
  for (const one of page.about.assumptions) {
    const value = page.believed[one.parameter];
    if (document.activeElement !== byId("believe-" + one.parameter)) byId("believe-" + one.parameter).value = String(at(one, value ?? one.usual));
    words(one, value);
    byId("assumption-" + one.parameter).classList.toggle("on", value !== undefined);
  }
}
