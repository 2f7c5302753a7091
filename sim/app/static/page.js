// The workshop page. State is what the address says after "#", so that a link or a reload restores it.
import { drawChart, drawTable } from "./chart.js";

const person = crypto.randomUUID();
const page = { about: null, base: null, levels: null, chosen: new Map(), sources: new Map(), answer: null, asking: null, package: "" };
const byId = (id) => document.getElementById(id);

function element(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

const number = (value, decimals) => value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
const signed = (value, decimals) => (Number(value.toFixed(decimals)) > 0 ? "+" : value < 0 ? "\u2212" : "") + number(Math.abs(value), decimals);

// -- state

function levers() {
  return [...page.chosen].filter(([, strength]) => strength > 0)
    .map(([lever, strength]) => ({ lever, source: page.sources.get(lever) ?? lever, strength }));
}

function remember() {
  const text = new URLSearchParams();
  for (const one of levers()) text.append("lever", [one.lever, one.source, one.strength].join(","));
  if (page.package) text.set("package", page.package);
  history.replaceState(null, "", "#" + text);
}

function restore() {
  const text = new URLSearchParams(location.hash.slice(1));
  for (const one of text.getAll("lever")) {
    const [lever, source, strength] = one.split(",");
    if (!byId("lever-" + lever) || !(Number(strength) > 0)) continue;
    page.chosen.set(lever, Number(strength));
    page.sources.set(lever, source);
  }
  page.package = text.get("package") ?? "";
}

function pick(name) {
  const one = page.about.packages.find((each) => each.name === name);
  page.package = page.package === name ? "" : name;
  page.chosen.clear();
  page.sources.clear();
  if (page.package) for (const each of one.levers) {
    page.chosen.set(each.lever, each.strength);
    page.sources.set(each.lever, each.source);
  }
  changed();
}

function move(lever, strength) {
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
  page.answer = null;
  if (!levers().length) {
    showAnswer("No lever is in the package: this is what today's law leads to.");
    return;
  }
  showAnswer("Simulating…");
  try {
    const response = await fetch("/api/answer", {
      method: "POST", signal: page.asking.signal, headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ person, levers: levers() }),
    });
    if (!response.ok) throw new Error((await response.json().catch(() => ({}))).error ?? `The program answered ${response.status}.`);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop();
      const last = lines.filter(Boolean).pop();
      if (!last) continue;
      const told = JSON.parse(last);
      if (told.error) throw new Error(told.error);
      page.answer = told;
      showAnswer(progress(told));
    }
  } catch (problem) {
    if (problem.name !== "AbortError") showAnswer(`This could not be simulated: ${problem.message}`);
  }
}

function progress(told) {
  if (told.draws === page.about.draws) return `Done: mean of ${told.draws} draws of the fitted parameters.`;
  if (told.draws < 2) return "First years are in; figures follow.";
  return `${told.draws} of ${page.about.draws} draws; ranges narrow as more come in.`;
}

// -- showing

function showFigures() {
  byId("figures").replaceChildren(...page.about.figures.filter((one) => one.name !== "vacancy_rate" && one.name !== "long_service_share").map(figure));
}

function figure(one) {
  const change = page.answer?.change[one.name];
  const known = change && page.answer.draws > 1;
  const base = page.levels?.[one.name];
  const value = known ? base + change.mean : base;
  const inside = [
    element("dt", {}, one.label),
    element("dd", {}, element("span", { class: "value" }, value === undefined ? "…" : number(value, one.decimals)),
      " ", element("span", { class: "unit" }, one.unit)),
  ];
  if (known) {
    const range = page.answer.draws > 2 ? ` (${signed(change.low, one.decimals)} to ${signed(change.high, one.decimals)})` : "";
    const words = change.sign === 0 ? "may rise or fall" : signed(change.mean, one.decimals);
    inside.push(element("dd", {}, element("span", { class: "change" }, words), element("span", { class: "range" }, range)));
  }
  const before = base === undefined ? "" : known ? `today's law: ${number(base, one.decimals)}` : "under today's law";
  inside.push(element("dd", { class: "was" }, before));
  return element("div", {}, ...inside);
}

function showAnswer(words) {
  byId("state").textContent = words;
  showFigures();
  showChart();
}

function showChart() {
  const one = page.about.figures.find((each) => each.name === byId("charted").value);
  if (!one || !page.base) return;
  const shown = {
    months: page.about.months, future: page.about.future, base: page.base[one.name], figure: one,
    path: page.answer?.path[one.name] ?? [], dots: page.about.published[one.name] ?? [],
    ownBase: page.answer?.base[one.name] ?? [],
  };
  byId("chart-title").textContent = titleOf(one);
  byId("chart").replaceChildren(drawChart(shown, titleOf(one)));
  byId("table").replaceChildren(drawTable(shown, number));
}

function titleOf(one) {
  const change = page.answer?.change[one.name];
  if (!change || page.answer.draws < 2) return `${one.label}, ${one.unit}`;
  if (change.sign === 0) return `${one.label}: the package may raise or lower it by ${page.about.year}`;
  return `${one.label}: ${signed(change.mean, one.decimals)} ${one.unit} by ${page.about.year}`;
}

function showControls() {
  for (const each of byId("packages").children) each.setAttribute("aria-pressed", String(each.dataset.name === page.package));
  for (const input of byId("families").querySelectorAll("input")) {
    const strength = page.chosen.get(input.dataset.lever) ?? 0;
    if (input.type === "checkbox") input.checked = strength > 0;
    else {
      input.value = String(strength);
      input.setAttribute("aria-valuetext", inWords(strength));
      byId("words-" + input.dataset.lever).textContent = inWords(strength);
    }
    byId("lever-" + input.dataset.lever).classList.toggle("on", strength > 0);
  }
}

const inWords = (strength) => strength === 0 ? "off" : strength === 1 ? "as in the real case" : `${Math.round(100 * strength)}% of the real case`;

function lever(one) {
  const id = "slider-" + one.lever;
  const control = one.fixed
    ? element("div", {}, element("label", { for: id }, `${one.title} on `), element("input", { id, type: "checkbox", "data-lever": one.lever, on: { change: (event) => move(one.lever, event.target.checked ? 1 : 0) } }))
    : element("div", {},
        element("label", { for: id }, `${one.title}: how much`), " ",
        element("output", { id: "words-" + one.lever, for: id }, "off"),
        element("input", { id, type: "range", min: 0, max: one.strongest, step: page.about.step, value: 0, "data-lever": one.lever, on: { input: (event) => move(one.lever, Number(event.target.value)) } }));
  return element("div", { class: "lever", id: "lever-" + one.lever },
    element("div", {}, element("h3", {}, one.title), element("p", {}, one.sentence),
      element("p", { class: "case" }, element("span", { class: "grade" }, `evidence: ${one.grade}`), ` Real case: ${one.case}`)),
    control);
}

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
  byId("clear").addEventListener("click", () => { page.package = ""; page.chosen.clear(); page.sources.clear(); changed(); });
  byId("file").addEventListener("click", saveFile);
  byId("projector").addEventListener("click", (event) => {
    const on = document.documentElement.classList.toggle("projector");
    event.target.setAttribute("aria-pressed", String(on));
  });
}

async function saveFile() {
  const response = await fetch("/api/scenario", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ person, levers: levers() }) });
  const link = element("a", { href: URL.createObjectURL(await response.blob()), download: "my_package.yaml" });
  link.click();
  URL.revokeObjectURL(link.href);
}

async function ready() {
  for (;;) {
    const told = await (await fetch("/api/baseline")).json();
    if (told.path) {
      page.base = told.path;
      page.levels = told.levels;
      return;
    }
    byId("state").textContent = `Getting ready: ${told.ready} of ${told.draws} draws have their history from 2016 on. The first time takes some minutes.`;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

page.about = await (await fetch("/api/about")).json();
build();
restore();
showControls();
showFigures();
await ready();
ask();
