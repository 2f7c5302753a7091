// What people take home: files, pictures, a hand-out, the full report; and what they bring.
import { pictureOf } from "./chart.js";
import { byId, element, post, save, stream, tellIn } from "./dom.js";
import { become, fresh, keep, levers, page, person, recall, workshop, workshopFrom } from "./state.js";

const SCALE = 2;
let tools = null;

export function buildTake(given) {
  tools = given;
  const button = (id, title, act) => element("button", { type: "button", id, on: { click: () => attempt(act) } }, title);
  byId("view-take").replaceChildren(
    element("h2", { id: "take-title" }, "Take away"),
    element("p", { id: "take-state", role: "status" }),
    element("h3", {}, "This package"),
    element("p", { class: "controls" }, button("take-handout", "One-page hand-out (PDF)", handout), " ", button("take-svg", "Chart as SVG", svgFile), " ",
      button("take-png", "Chart as PNG", pngFile), " ", button("take-file", "Scenario file (YAML)", () => tools.saveScenario(levers(), nameOf())), " ", button("take-link", "Copy a link", copyLink)),
    element("h3", {}, "The workshop"),
    element("p", { class: "controls" }, button("take-report", "Full report of the saved packages", report), " ", button("take-workshop", "Workshop as a file", workshopFile), " ", button("take-anew", "Begin a new workshop", anew)),
    element("p", { id: "report-links" }),
    element("h3", {}, "Bring something"),
    element("p", { class: "controls" }, element("label", { for: "bring" }, "A scenario file (YAML) or a workshop file (JSON) "),
      element("input", { id: "bring", type: "file", accept: ".yaml,.yml,.json", on: { change: (event) => attempt(() => bring(event.target)) } })),
    element("p", { class: "note" }, "A scenario file runs unchanged with caresim on the command line. The full report rests on ten draws at most and counts them alike, whatever is believed. Nothing leaves this machine."));
}

export function drawTake() {}

const say = (words, aloud = true) => tellIn("take-state", words, aloud);

async function attempt(act) {
  say("");
  try {
    await act();
  } catch (problem) {
    say(`That did not work: ${problem.message}`);
  }
}

export function nameOf() {
  const ready = page.about.packages.find((one) => one.name === page.package);
  const own = workshop.saved.find((one) => JSON.stringify(one.levers) === JSON.stringify(levers()));
  return own?.name ?? ready?.title ?? "My package";
}

const fileName = (ending) => (nameOf().normalize("NFKC").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_|_$/g, "") || "package") + ending;

async function handout() {
  say("Making the hand-out…");
  const response = await post("/api/handout", { person, name: nameOf(), levers: levers(), believed: page.believed, tried: Math.max(workshop.tried.length, 1), charted: byId("charted").value });
  save(await response.blob(), fileName(".pdf"));
  say("The hand-out is saved.");
}

function picture() {
  return new XMLSerializer().serializeToString(pictureOf(tools.charted()));
}

function svgFile() {
  save(new Blob([picture()], { type: "image/svg+xml" }), fileName(".svg"));
}

async function pngFile() {
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(picture());
  await image.decode();
  const canvas = element("canvas", { width: image.width * SCALE, height: image.height * SCALE });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  save(await new Promise((resolve) => canvas.toBlob(resolve, "image/png")), fileName(".png"));
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied: it holds the package and what is believed.");
  } catch {
    say(`The link is what stands in the address line: ${location.href}`);
  }
}

async function report() {
  if (!workshop.saved.length) return say("Save a package first, in \"Compare and vote\".");
  byId("take-report").disabled = true;
  say("Simulating all saved packages for the report. This takes some minutes; the page can be used meanwhile.");
  byId("report-links").replaceChildren();
  try {
    await stream("/api/report", { person, packages: workshop.saved.map((one) => ({ name: one.name, levers: one.levers })) }, (told) => {
      if (!told.report) return say(told.doing, false);
      say("The report is ready.");
      byId("report-links").replaceChildren(element("a", { href: `/api/report/${told.report}/report.html`, target: "_blank", rel: "noopener" }, "Open the report"), " ",
        element("a", { href: `/api/report/${told.report}/report.xlsx`, download: "report.xlsx" }, "Its tables as an Excel workbook"));
    });
  } finally {
    byId("take-report").disabled = false;
  }
}

function workshopFile() {
  save(new Blob([JSON.stringify({ ...workshop, state: location.hash }, null, 1)], { type: "application/json" }), "workshop.json");
}

// Ranges of a comparison are wider the more was tried: what was tried in a rehearsal is not to count.
function anew() {
  if (!confirm("Forget the saved packages, votes, budget and everything that was tried in this browser?")) return;
  become(fresh());
  history.replaceState(null, "", "#view=take");
  location.reload();
}

async function bring(input) {
  const file = input.files[0];
  if (!file) return;
  const text = await file.text();
  input.value = "";
  if (file.name.toLowerCase().endsWith(".json")) return bringWorkshop(text);
  const told = await (await post("/api/upload", { text })).json();
  workshop.brought[told.levers[0]?.source ?? file.name] = text;
  keep();
  tools.choose(told.levers);
  say([`${told.name}: its levers are in the package.`, ...told.notes].join(" "));
}

async function bringWorkshop(text) {
  let told;
  try {
    told = JSON.parse(text);
  } catch {
    throw new Error("This is no workshop file of this page.");
  }
  become(workshopFrom(told));
  recall();
  if (typeof told.state === "string" && told.state.startsWith("#")) history.replaceState(null, "", told.state);
  location.reload();
}
