// Up to six packages side by side: who gains, who pays, where; votes; and what else was tried.
import { byId, element, number, range, signed, table, tellIn } from "./dom.js";
import { closer } from "./look.js";
import { believing, keep, keyOf, levers, MOST_SAVED, packageInWords, page, TOO_FEW, workshop } from "./state.js";

let tools = null, run = 0, drawn = false;

export function buildCompare(given) {
  tools = given;
  byId("view-compare").replaceChildren(
    element("h2", { id: "compare-title" }, "Compare and vote"),
    element("p", { class: "controls" }, element("label", { for: "package-name" }, "Name of your package "),
      element("input", { id: "package-name", type: "text", maxlength: 60 }), " ",
      element("button", { type: "button", id: "save-here", on: { click: () => saveCurrent(byId("package-name").value) } }, "Save your package")),
    element("p", { id: "compare-state", role: "status" }),
    element("div", { id: "saved" }), element("div", { id: "compared" }), element("div", { id: "tried" }));
}

export function saveCurrent(name = "") {
  const answer = (words) => { say(words); tellIn("budget-state", words); }; // either screen may be the one that is shown
  if (!levers().length) return answer("Put a lever into the package first.");
  if (workshop.saved.some((one) => keyOf(one.levers) === keyOf(levers()))) return answer("This package is saved already.");
  if (workshop.saved.length >= MOST_SAVED) return answer(`${MOST_SAVED} packages are saved: remove one first, under "Compare and vote".`);
  const ready = page.about.packages.find((one) => one.name === page.package);
  const free = (wanted) => workshop.saved.some((one) => one.name === wanted) ? `${wanted} (${workshop.saved.length + 1})` : wanted;
  workshop.saved.push({ name: free(name.trim() || ready?.title || `Package ${workshop.saved.length + 1}`), levers: levers(), votes: 0 });
  byId("package-name").value = "";
  keep();
  say(`Saved: ${workshop.saved.at(-1).name}.`);
  if (page.view === "compare") drawCompare("shown");
  else byId("budget-state").textContent = `Saved: ${workshop.saved.at(-1).name}. See "Compare and vote".`;
}

const say = (words, aloud = true) => tellIn("compare-state", words, aloud);

export async function drawCompare(what) {
  if (what !== "shown" && drawn) return; // saved packages do not follow the one that is being made
  drawn = true;
  drawSaved();
  drawTried();
  byId("compared").replaceChildren();
  if (!workshop.saved.length) return say("Save up to six packages, and they stand side by side here.");
  const mine = ++run, found = [], tried = Math.max(workshop.tried.length, workshop.saved.length, 1);
  try {
    for (const one of workshop.saved) {
      const told = await closer("compare", "/api/look", one.levers, (draws) => mine === run && say(`${one.name}: ${draws} of ${page.about.draws} draws looked at closely.`, false), { tried, believed: page.believed });
      if (!told || mine !== run) return;
      if (told.few) return say(TOO_FEW);
      found.push(told);
      drawCompared(found, tried);
    }
    say("");
  } catch (problem) {
    if (mine === run) say(`This could not be simulated: ${problem.message}`);
  }
}

function drawSaved() {
  byId("saved").replaceChildren(...workshop.saved.map((one, place) => {
    const vote = (by) => element("button", { type: "button", "aria-label": `${by > 0 ? "One vote more" : "One vote less"} for ${one.name}`, on: { click: () => { one.votes = Math.max(0, one.votes + by); keep(); drawSaved(); byId("saved").children[place].querySelectorAll("button")[by > 0 ? 0 : 1].focus(); } } }, by > 0 ? "+" : "\u2212");
    return element("div", { class: "saved" }, element("h3", {}, one.name), element("p", {}, packageInWords(one.levers) + "."),
      element("p", { class: "votes" }, vote(1), vote(-1), element("span", { class: "count" }, ` ${one.votes} ${one.votes === 1 ? "vote" : "votes"}`)),
      element("p", { class: "controls" },
        element("button", { type: "button", "aria-label": `Open ${one.name}`, on: { click: () => { tools.choose(one.levers); say(`${one.name} is open: its levers can be moved.`); } } }, "Open"), " ",
        element("button", { type: "button", "aria-label": `Remove ${one.name}`, on: { click: () => { workshop.saved.splice(place, 1); keep(); drawCompare("shown"); byId("package-name").focus(); } } }, "Remove")));
  }));
}

function drawCompared(found, tried) {
  const names = workshop.saved.slice(0, found.length).map((one) => one.name);
  const parts = Object.keys(found[0].sections).map((title) => {
    const lines = found[0].sections[title];
    const rows = lines.map((line) => [`${line.label}, ${line.unit}`, number(line.was, line.decimals), ...found.map((told) => cell(told.sections[title].find((one) => one.label === line.label)))]);
    return table(title, ["Figure", "Today's law", ...names], rows, "compared");
  });
  byId("compared").replaceChildren(element("h3", {}, `Who gains, who pays, where: ${page.about.year}`),
    element("ul", { class: "gains" }, ...found.map((told, place) => element("li", {}, element("strong", {}, names[place] + ": "), gains(told), told.caution ? ` ${told.caution}` : ""))),
    element("p", { class: "note" }, `Change from today's law, of % in points; ranges hold 90% of what other draws would show. ${tried} ${tried === 1 ? "package was" : "packages were"} tried${tried > 1 ? ", and ranges are as much wider as picking among them asks for" : ""}. Bold where the draws tell it, having looked at all lines at once; plain where they do not, though a range alone may leave zero out.${believing() ? " Draws count by how near they are to what you believe." : ""}`), ...parts);
}

function cell(line) {
  if (!line) return "";
  const kind = line.sign === 0 ? "unclear" : line.better === 0 ? "moved" : line.sign * line.better > 0 ? "better" : "worse";
  const word = { better: "better", worse: "worse", moved: "", unclear: "" }[kind];
  return element("span", { class: kind }, element("strong", {}, signed(line.mean, line.decimals)), element("span", { class: "range" }, ` ${range(line, line.decimals)} ${word}`));
}

// The label of a line of money, short enough for a sentence.
function payer(label) {
  if (label.startsWith("Of what")) return "new money from government through councils and the NHS";
  return label.split(/[:,]/)[0].replace(/^Through/, "through").replace(/^(People|Government)/, (who) => `by ${who.toLowerCase()}`);
}

// What can be told of people who draw on care, people who work in it, and those who pay.
function gains(told) {
  const names = (title, wanted) => told.sections[title].filter((one) => one.sign * one.better === wanted).map((one) => one.label.toLowerCase());
  const said = [];
  for (const [title, who] of [["People who draw on care", "people who draw on care"], ["People who work in care", "people who work in it"]]) {
    const better = names(title, 1), worse = names(title, -1);
    if (better.length) said.push(`better for ${who} (${better.join("; ")})`);
    if (worse.length) said.push(`worse for ${who} (${worse.join("; ")})`);
  }
  const paying = told.sections["Who pays, and what providers keep"].filter((one) => one.unit.startsWith("£") && one.label !== "Cost to all" && one.sign !== 0);
  for (const [words, sign] of [["more is paid", 1], ["less is paid", -1]]) {
    const these = paying.filter((one) => one.sign === sign);
    if (these.length) said.push(`${words}, £ billion a year: ${these.map((one) => `${payer(one.label)} ${signed(one.mean, 2)}`).join(", ")}`);
  }
  return said.length ? `${said.join("; ")}. Of all else nothing can be told.` : "nothing that can be told once all lines are looked at.";
}

function drawTried() {
  if (!workshop.tried.length) return byId("tried").replaceChildren();
  const figures = page.about.figures.filter((one) => one.large);
  const rows = workshop.tried.map((one) => [packageInWords(one.levers), ...figures.map((each) => {
    const change = one.change?.[each.name];
    return typeof change?.mean === "number" ? `${signed(change.mean, each.decimals)} (${range(change, each.decimals)})` : "";
  })]);
  byId("tried").replaceChildren(element("details", {}, element("summary", {}, workshop.tried.length === 1 ? "The one package tried in this workshop" : `All ${workshop.tried.length} packages tried in this workshop`),
    table(`Packages tried, changes by ${page.about.year}`, ["Package", ...figures.map((one) => `${one.label}, ${one.unit}`)], rows)));
}
