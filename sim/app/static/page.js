// The workshop page: packages, levers, large figures and the chart. Each other screen is a file of its own.
import { drawChart, drawTable } from "./chart.js";
import { byId, element, number, post, range, save, signed, stream, tellIn, whenForgotten } from "./dom.js";
import { believing, bringAgain, inWords, keep, keyOf, levers, packageInWords, page, person, recall, remember, restore, TOO_FEW, workshop } from "./state.js";
import { nameOf } from "./take.js";
import { buildViews, show, viewChanged } from "./views.js";

// -- what is chosen

function pick(name) {
  const one = page.about.packages.find((each) => each.name === name);
  choose(page.package === name ? [] : one.levers, page.package === name ? "" : name);
}

function choose(each, name = "") {
  page.package = name;
  page.chosen.clear();
  page.sources.clear();
  for (const one of each) {
    page.chosen.set(one.lever, one.strength);
    page.sources.set(one.lever, one.source);
  }
  changed();
}

function move(lever, strength) {
  page.package = ""; // changed, it is no ready package any more, and neither is it called one
  page.chosen.set(lever, strength);
  changed();
}

function changed() {
  remember();
  showControls();
  ask();
}

// -- asking

async function ask() {
  page.asking?.abort();
  page.asking = new AbortController();
  const mine = page.asking;
  page.answer = null;
  viewChanged();
  if (!levers().length && !believing()) {
    showAnswer("No lever is in the package: this is what today's law leads to.");
    return;
  }
  showAnswer("Simulating…");
  try {
    await stream("/api/answer", { person, levers: levers(), believed: page.believed }, (told) => {
      page.answer = told;
      showAnswer(progress(told), told.draws === page.about.draws);
    }, mine.signal);
    if (page.answer?.draws === page.about.draws) await renew();
    if (mine === page.asking && page.answer?.draws === page.about.draws) tell(page.answer);
  } catch (problem) {
    if (mine === page.asking) showAnswer(`This could not be simulated: ${problem.message}`);
  }
}

function progress(told) {
  if (page.answer && believing()) {
    if (told.draws && told.amount < page.about.fewest) return TOO_FEW;
    return `${told.draws} of ${page.about.draws} draws, which amount to ${number(told.amount, 1)} that share your beliefs.`;
  }
  const still = Object.values(told.change).every((one) => one.mean === 0 && !one.low && !one.high);
  if (told.draws === page.about.draws && levers().length && still) return "Done: nothing changes. Today's law does the same already, or the lever reaches nobody.";
  if (told.draws === page.about.draws) return `Done: mean of ${told.draws} draws of the fitted parameters.`;
  if (told.draws < 2) return "First years are in; figures follow.";
  return `${told.draws} of ${page.about.draws} draws; ranges narrow as more come in.`;
}

// Every package that is simulated to its end is noted, so that the end of the game shows what else was tried.
function tell(told) {
  const key = keyOf(levers()), noted = levers().length && !believing();
  if (noted && !workshop.tried.some((one) => keyOf(one.levers) === key)) {
    workshop.tried.push({ name: packageInWords(levers()), levers: levers(), change: told.change });
    keep();
  }
  viewChanged("done");
}

// -- showing

function showFigures() {
  byId("figures").replaceChildren(...page.about.figures.filter((one) => one.large).map(figure));
}

function figureParts(one) {
  const change = page.answer?.change[one.name];
  const known = change && page.answer.draws > 1;
  return { change, known, moved: known && levers().length > 0, base: known ? change.was : page.levels?.[one.name] };
}

function figure(one) {
  const { change, moved, base } = figureParts(one);
  const value = moved ? base + change.mean : base;
  const inside = [
    element("dt", {}, one.label),
    element("dd", {}, element("span", { class: "value" }, value === undefined ? "…" : number(value, one.decimals)),
      " ", element("span", { class: "unit" }, one.unit)),
  ];
  if (moved) {
    const words = change.sign === 0 ? "may rise or fall" : signed(change.mean, one.decimals) + first(change);
    const limits = page.answer.draws > 2 && change.low !== null ? ` (${range(change, one.decimals)})` : "";
    inside.push(element("dd", {}, element("span", { class: "change" }, words), element("span", { class: "range" }, limits)));
  }
  const before = base === undefined ? "" : moved ? `today's law: ${number(base, one.decimals)}` : "under today's law";
  inside.push(element("dd", { class: "was" }, before));
  return element("div", {}, ...inside);
}

function showAnswer(words, aloud = true) {
  tellIn("state", words, aloud);
  showFigures();
  showCaution();
  showChart();
}

// Fewer vacancies never stand alone where fewer posts are sought.
function showCaution() {
  const words = (levers().length && page.answer?.caution) || "";
  byId("caution").textContent = words;
  byId("caution").hidden = !words;
}

function charted() {
  const one = page.about.figures.find((each) => each.name === byId("charted").value);
  if (!one || !page.base) return null;
  const usual = page.base[one.name], same = (!believing() && page.answer?.base[one.name]) || [];
  return {
    // A package is drawn beside the baseline of the very draws that it was simulated with.
    months: page.about.months, future: page.about.future, figure: one,
    base: [...usual.slice(0, page.about.future), ...same, ...usual.slice(page.about.future + same.length)],
    path: (levers().length && page.answer?.path[one.name]) || [], dots: page.about.published[one.name] ?? [],
    believed: (believing() && page.answer?.base[one.name]) || [], title: chartTitle(one),
  };
}

function showChart() {
  const shown = charted();
  if (!shown) return;
  byId("chart-title").textContent = shown.title;
  byId("chart").replaceChildren(drawChart(shown));
  byId("table").replaceChildren(drawTable(shown, number));
}

function chartTitle(one) {
  const change = page.answer?.change[one.name];
  if (!change || page.answer.draws < 2 || !levers().length) return `${one.label}, ${one.unit}`;
  if (change.sign === 0) return `${one.label}: may rise or fall by ${page.about.year}`;
  return `${one.label}: ${signed(change.mean, one.decimals)} ${one.change} by ${page.about.year}${first(change)}`;
}

// A direction in which the first draws agree, though their range still holds nothing.
function first(change) {
  return change.clear ? "" : ", a first estimate";
}

function showControls() {
  for (const each of byId("packages").children) each.setAttribute("aria-pressed", String(each.dataset.name === page.package));
  for (const input of byId("families").querySelectorAll("input")) {
    const strength = page.chosen.get(input.dataset.lever) ?? 0;
    const own = page.sources.get(input.dataset.lever)?.startsWith("uploaded-") && strength === 1 ? "as in your file" : inWords(strength);
    if (input.type === "checkbox") input.checked = strength > 0;
    else {
      input.value = String(strength);
      input.setAttribute("aria-valuetext", own);
      byId("words-" + input.dataset.lever).textContent = own;
    }
    byId("lever-" + input.dataset.lever).classList.toggle("on", strength > 0);
  }
}

function lever(one) {
  const id = "slider-" + one.lever;
  const control = one.fixed
    ? element("div", {}, element("label", { for: id }, `${one.title} on `), element("input", { id, type: "checkbox", "data-lever": one.lever, on: { change: (event) => move(one.lever, event.target.checked ? 1 : 0) } }))
    : element("div", {},
        element("label", { for: id }, `${one.title}, how much:`), " ",
        element("output", { id: "words-" + one.lever, for: id }, "off"),
        element("input", { id, type: "range", min: 0, max: one.strongest, step: page.about.step, value: 0, "data-lever": one.lever, on: { input: (event) => move(one.lever, Number(event.target.value)) } }));
  return element("div", { class: "lever", id: "lever-" + one.lever },
    element("div", {}, element("h3", {}, one.title), element("p", {}, one.sentence),
      element("p", {}, element("strong", {}, "In full: "), `${one.example}.`),
      element("details", {}, element("summary", { "aria-label": `More about ${one.title}` }, "More"), element("p", {}, one.told), element("p", { class: "case" }, `A real case: ${one.case}`)),
      element("p", { class: "case" }, element("span", { class: "grade" }, `evidence: ${one.grade}`))),
    control);
}

// -- the beginning

function build() {
  const about = page.about;
  for (const each of document.querySelectorAll(".year")) each.textContent = about.year;
  byId("packages").replaceChildren(...about.packages.map((one) =>
    element("button", { type: "button", "data-name": one.name, "aria-pressed": "false", on: { click: () => pick(one.name) } },
      element("strong", {}, one.title), element("span", {}, one.text.split(". ")[0].replace(/\.$/, "") + "."))));
  byId("families").replaceChildren(...Object.entries(about.families).map(([title, each], place) =>
    element("details", place === 0 ? { open: "" } : {}, element("summary", {}, title), ...each.map(lever))));
  byId("charted").replaceChildren(...about.figures.filter((one) => one.charted).map((one) => element("option", { value: one.name }, one.label.toLowerCase())));
  byId("charted").value = "vacancies";
  byId("charted").addEventListener("change", showChart);
  byId("clear").addEventListener("click", () => choose([]));
  byId("file").addEventListener("click", () => saveScenario(levers(), nameOf()).catch((problem) => tellIn("state", `Not saved: ${problem.message}`)));
  byId("skip").addEventListener("click", (event) => { event.preventDefault(); byId("levers").focus(); });
  byId("projector").addEventListener("click", (event) => {
    const on = document.documentElement.classList.toggle("projector");
    event.target.setAttribute("aria-pressed", String(on));
  });
  buildViews({ choose, changed, charted, saveScenario });
}

async function saveScenario(each, name) {
  if (!each.length) throw new Error("no lever is in the package.");
  const response = await post("/api/scenario", { name, levers: each });
  save(await response.blob(), decodeURIComponent(response.headers.get("content-disposition").split("''")[1]));
}

// The baseline that was shown first is of the draws that were ready then.
async function renew() {
  if (page.drawsOfBase === page.about.draws) return;
  const told = await (await fetch("/api/baseline")).json();
  Object.assign(page, { base: told.path, levels: told.levels, drawsOfBase: told.ready });
  showChart();
}

async function ready() {
  for (;;) {
    const told = await (await fetch("/api/baseline")).json();
    if (told.error) throw new Error(told.error);
    if (told.path) {
      page.base = told.path;
      page.levels = told.levels;
      page.drawsOfBase = told.ready;
      return;
    }
    byId("state").textContent = `Getting ready: ${told.ready} of the first ${told.needed} draws have their history from 2016 on. The first time takes some minutes.`;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

addEventListener("hashchange", () => location.reload()); // a link was put into the address line
page.about = await (await fetch("/api/about")).json();
recall();
build();
restore();
showControls();
showFigures();
show(page.view, false);
try {
  await ready();
  whenForgotten(bringAgain);
  await bringAgain();
  ask();
} catch (problem) {
  byId("state").textContent = `The page could not get ready: ${problem.message}`;
}
