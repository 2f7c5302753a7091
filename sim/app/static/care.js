// For people who draw on care: how long they wait, what is missed, who comes and how often that changes.
import { drawChart } from "./chart.js";
import { byId, element, number, range, signed, table, tellIn } from "./dom.js";
import { closer } from "./look.js";
import { levers, page, TOO_FEW } from "./state.js";

export function buildCare() {
  byId("view-care").replaceChildren(
    element("h2", { id: "care-title" }, "Getting care"),
    element("p", {}, "What the package means for people who draw on care and for those who care for them without pay. Is that how it is where you are? If not, challenge an assumption."),
    element("p", { id: "care-state", role: "status" }), element("div", { id: "care-charts" }), element("div", { id: "care-table" }));
}

const say = (words, aloud = true) => tellIn("care-state", words, aloud);

export async function drawCare(what) {
  if (what === "done") return;
  byId("care-charts").replaceChildren();
  byId("care-table").replaceChildren();
  say("Looking at waits, visits and who comes…");
  try {
    const found = await closer("look", "/api/look", levers(), (draws) => say(`${draws} of ${page.about.draws} draws looked at closely.`, false), { believed: page.believed });
    if (!found) return;
    if (found.few) return say(TOO_FEW);
    say("");
    draw(found);
  } catch (problem) {
    say(`This could not be simulated: ${problem.message}`);
  }
}

function draw(found) {
  const months = page.about.months.slice(page.about.future), own = levers().length > 0;
  byId("care-charts").replaceChildren(...found.care.map((one) => {
    const title = `${one.label}, ${one.unit}`;
    return element("figure", {}, element("figcaption", {}, title), drawChart({ months, future: 0, base: one.base, path: own ? one.path : [], dots: [], believed: [], title, small: true }));
  }));
  byId("care-table").replaceChildren(table(`People who draw on care, ${page.about.year}`, ["Figure", "Today's law", ...(own ? ["Your package", "Change (of %: points)", "Range"] : [])],
    found.sections["People who draw on care"].map((one) => [`${one.label}, ${one.unit}`, number(one.was, one.decimals),
      ...(own ? [number(one.was + one.mean, one.decimals), change(one), range(one, one.decimals)] : [])])));
}

// The large figures are looked at one by one; here are many lines, of which some stand out by luck alone.
function change(one) {
  if (one.sign) return signed(one.mean, one.decimals);
  return one.low > 0 || one.high < 0 ? `${signed(one.mean, one.decimals)}, not sure among so many lines` : "may rise or fall";
}
