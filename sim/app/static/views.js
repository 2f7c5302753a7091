// The screens beside the chart: which one is shown, and when it has to be drawn again.
import { buildBooks, buildLives, drawLives } from "./people.js";
import { buildBudget, drawBudget } from "./budget.js";
import { buildCare, drawCare } from "./care.js";
import { buildChallenge, drawChallenge } from "./challenge.js";
import { buildCompare, drawCompare } from "./compare.js";
import { buildMap, drawMap, stopMap } from "./map.js";
import { buildTake, drawTake } from "./take.js";
import { byId, element } from "./dom.js";
import { leave } from "./look.js";
import { believing, page, remember } from "./state.js";

const VIEWS = {
  answer: ["Over the years"], map: ["On the map", drawMap], lives: ["Ten lives", drawLives], books: ["A provider's books", drawLives],
  care: ["Getting care", drawCare], budget: ["Budget", drawBudget], compare: ["Compare and vote", drawCompare],
  challenge: ["Challenge it", drawChallenge], take: ["Take away", drawTake],
};

const ASKING = { look: ["map", "care"], lives: ["lives", "books"], compare: ["compare"] };
const UNWEIGHTED = ["lives", "books"];

// One life is of one draw, whatever is believed.
function warn() {
  byId("unweighted").hidden = !UNWEIGHTED.includes(page.view) || !believing();
}

export function buildViews(tools) {
  byId("views").replaceChildren(...Object.entries(VIEWS).map(([name, [title]]) =>
    element("button", { type: "button", "data-view": name, on: { click: () => { show(name); byId("views").scrollIntoView({ block: "start" }); } } }, title)));
  buildMap();
  buildLives();
  buildBooks();
  buildCare();
  buildBudget(tools);
  buildCompare(tools);
  buildChallenge(tools);
  buildTake(tools);
}

export function show(name, draw = true) {
  page.view = VIEWS[name] ? name : "answer";
  for (const each of byId("views").children) {
    if (each.dataset.view === page.view) each.setAttribute("aria-current", "page");
    else each.removeAttribute("aria-current");
  }
  for (const each of document.querySelectorAll(".view")) each.hidden = each.id !== "view-" + page.view;
  if (page.view !== "map") stopMap();
  for (const [who, views] of Object.entries(ASKING)) if (!views.includes(page.view)) leave(who);
  warn();
  if (draw) {
    remember();
    VIEWS[page.view][1]?.("shown");
  }
}

// The package has changed ("changed"), or its answer is whole ("done"): the screen that is shown follows.
export function viewChanged(what = "changed") {
  warn();
  VIEWS[page.view][1]?.(what);
}
