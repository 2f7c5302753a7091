// Months on a map of the 153 councils: where a package changes something that can be told.
import { byId, element, monthInWords, signed, table, tellIn } from "./dom.js";
import { closer, leave } from "./look.js";
import { levers, page, TOO_FEW } from "./state.js";

const NS = "http://www.w3.org/2000/svg";
const WIDTH = 22, HEIGHT = WIDTH / Math.cos(Math.PI / 6);
const BETTER = ["#8FB4D6", "#12436D"], WORSE = ["#F9C0A2", "#F46A25"], UP = ["#C99AB4", "#801650"], DOWN = ["#A6DAD3", "#28A197"], UNTOLD = "#D9D9D9";
const CLEAR = 2, FRAME = 250;
let told = null, playing = null, tiles = [];

function svg(tag, attributes, ...inside) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

export function buildMap() {
  byId("view-map").replaceChildren(
    element("h2", { id: "map-title" }, "On the map"),
    element("p", { class: "controls" },
      element("label", { for: "mapped" }, "Map of "),
      element("select", { id: "mapped", on: { change: paint } }, ...page.about.maps.map((one) => element("option", { value: one.name }, one.label.toLowerCase()))),
      element("label", { for: "by" }, " by "),
      element("select", { id: "by", on: { change: paint } }, element("option", { value: "region" }, "region"), element("option", { value: "council" }, "council")),
      " ", element("button", { type: "button", id: "play", on: { click: play } }, "Play the months"), " ",
      element("label", { for: "month" }, "Month "), element("output", { id: "month-words", for: "month" }),
      element("input", { id: "month", type: "range", min: 0, max: 59, value: 59, on: { input: () => { stopMap(); paint(); } } })),
    element("p", { id: "map-state", role: "status" }),
    element("div", { class: "map-and-table" }, element("div", { id: "map" }), element("div", {}, element("div", { id: "map-table" }),
      element("details", { id: "map-councils", hidden: "" }, element("summary", {}, "Every council as a table"), element("div", { id: "councils" })))),
    element("p", { class: "note" }, "A hexagon is a council. Strong with + or \u2212: the draws tell the change from nothing, having looked at all places at once. Pale with an arrow: nine of ten draws or more go this way. Grey: it can't be told. "
      + "Blue is better, orange worse; of vacancies, plum is more and green fewer, which also comes of seeking fewer posts. Means of the twelve months before. The model does not rank councils: its single councils are small samples."));
  drawTiles();
}

function drawTiles() {
  const places = page.about.tiles.map((one) => [(one.column + 0.5 * (one.row % 2)) * WIDTH, -one.row * HEIGHT * 0.75]);
  tiles = page.about.tiles.map((one, at) => {
    const [x, y] = places[at];
    const corners = [...Array(6).keys()].map((k) => `${(x + HEIGHT / 2 * Math.sin(Math.PI / 3 * k)).toFixed(1)},${(y + HEIGHT / 2 * Math.cos(Math.PI / 3 * k)).toFixed(1)}`).join(" ");
    const shape = svg("polygon", { points: corners, fill: UNTOLD, stroke: "#5B5B5B", "stroke-width": 0.8 });
    const mark = svg("text", { x: x.toFixed(1), y: (y + 5).toFixed(1), "text-anchor": "middle", "font-size": 15 });
    const words = svg("title", {}, one.name);
    return { shape, mark, words, made: svg("g", {}, words, shape, mark) };
  });
  const xs = places.map(([x]) => x), ys = places.map(([, y]) => y);
  const box = [Math.min(...xs) - WIDTH, Math.min(...ys) - HEIGHT, Math.max(...xs) - Math.min(...xs) + 2 * WIDTH, Math.max(...ys) - Math.min(...ys) + 2 * HEIGHT];
  byId("map").replaceChildren(svg("svg", { viewBox: box.map((one) => one.toFixed(0)).join(" "), role: "img", id: "map-drawing", "aria-label": "Map of councils" }, ...tiles.map((one) => one.made)));
}

export async function drawMap(what) {
  if (what === "done") return;
  leave("look");
  stopMap();
  told = null;
  paint();
  if (!levers().length) return say("Put a lever into the package to see where it changes something.");
  say("Simulating every council…");
  try {
    const found = await closer("look", "/api/look", levers(), (draws) => say(`${draws} of ${page.about.draws} draws looked at closely.`, false), { believed: page.believed });
    if (!found) return;
    if (found.few) return say(TOO_FEW);
    told = found.map;
    paint();
    say(byId("map-state").textContent);
  } catch (problem) {
    say(`This could not be simulated: ${problem.message}`);
  }
}

const say = (words, aloud = true) => tellIn("map-state", words, aloud);

function play() {
  if (playing) return stopMap();
  if (!told) return;
  const slider = byId("month");
  if (Number(slider.value) >= told.months.length - 1) slider.value = "0";
  byId("play").textContent = "Stop";
  playing = setInterval(() => {
    slider.value = String(Number(slider.value) + 1);
    paint();
    if (Number(slider.value) >= told.months.length - 1) stopMap();
  }, FRAME);
  paint();
}

export function stopMap() {
  clearInterval(playing);
  const played = playing;
  playing = null;
  if (played && told) paint(); // the sentence follows once the months stand still
  if (byId("play")) byId("play").textContent = "Play the months";
}

// What is known of each council's place in this month: its region's change, or its own.
function placed(one, at) {
  const by = byId("by").value, known = told?.maps[one.name][by];
  return page.about.tiles.map((tile, place) => {
    const where = by === "council" ? place : told?.regions.indexOf(tile.region);
    return known ? [known.change[at][where], known.told[at][where]] : [0, 0];
  });
}

function paint() {
  const one = page.about.maps.find((each) => each.name === byId("mapped").value);
  const at = Number(byId("month").value), by = byId("by").value, places = placed(one, at);
  byId("month-words").textContent = told ? monthInWords(told.months[at]) : "";
  byId("month").setAttribute("aria-valuetext", told ? monthInWords(told.months[at]) : "");
  tiles.forEach((tile, place) => {
    const [value, sure] = places[place], strong = sure === CLEAR ? 1 : 0;
    const pair = one.better ? (value * one.better > 0 ? BETTER : WORSE) : (value > 0 ? UP : DOWN);
    const where = by === "council" ? page.about.tiles[place].name : `${page.about.tiles[place].name} (${page.about.tiles[place].region} as a whole)`;
    tile.shape.setAttribute("fill", sure ? pair[strong] : UNTOLD);
    tile.mark.textContent = sure ? (strong ? ["\u2212", "+"] : ["\u2193", "\u2191"])[Number(value > 0)] : "";
    tile.mark.setAttribute("fill", strong && pair !== WORSE && pair !== DOWN ? "#fff" : "#0b0c0c");
    tile.words.textContent = `${where}: ${inWords(value, sure, one.unit)}`;
  });
  if (told) summary(one, at, by);
  else byId("map-table").replaceChildren();
  byId("map-councils").hidden = !told || by !== "council";
  if (told && by === "council") {
    byId("councils").replaceChildren(table(`${one.label}, ${one.unit}, ${monthInWords(told.months[at])}`, ["Council", "change"],
      page.about.tiles.map((tile, place) => [tile.name, inWords(...places[place], "")])));
  }
}

const inWords = (value, sure, unit) => sure === 0 ? "can't be told" : `${`${signed(value, 1)} ${unit}`.trim()}${sure === CLEAR ? "" : ", likely"}`;

function summary(one, at, by) {
  const month = byId("month-words").textContent, of = told.maps[one.name];
  const count = (sure, sign) => of[by].told[at].filter((each, place) => each >= sure && of[by].change[at][place] * sign > 0).length;
  const places = by === "region" ? "regions" : "councils", up = count(1, 1), down = count(1, -1);
  const going = (way, all, clear) => all ? [`${way} in ${all} ${places}${clear === all ? ", clearly" : clear ? `, in ${clear} of them clearly` : ", likely"}`] : [];
  const left = of[by].told[at].length - up - down;
  const counts = [...going("up", up, count(CLEAR, 1)), ...going("down", down, count(CLEAR, -1)), ...(left ? [`in ${left} it can't be told`] : [])];
  const words = up + down === 0 ? `${one.label}, ${month}: in no ${by} can a change be told.` : `${one.label}, ${month}: ${counts.join("; ")}.`;
  say(playing ? "Playing the months." : words, false); // the slider says its month itself
  byId("map-drawing").setAttribute("aria-label", `${words} The table has regions${by === "council" ? ", another one councils" : ""}.`);
  const counted = (region) => page.about.tiles.reduce((sum, tile, place) => tile.region === region && of.council.told[at][place] ? sum + 1 : sum, 0);
  byId("map-table").replaceChildren(table(`${one.label}, ${one.unit}`, ["Region", "change", "councils told apart"], told.regions.map((region, place) =>
    [region, inWords(of.region.change[at][place], of.region.told[at][place], ""), String(counted(region))])));
}
