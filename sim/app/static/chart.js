// A chart of history and future as SVG, and the same as a table.
const NS = "http://www.w3.org/2000/svg";
const WIDTH = 960, SMALL = 560, HEIGHT = 400, LEFT = 60, RIGHT = 170, TOP = 16, BOTTOM = 36;
const BLUE = "#12436D", ORANGE = "#C2410C", DARK = "#3D3D3D", PALE = "#D0D0D0";
const FONT = "system-ui, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif";

function svg(tag, attributes, ...inside) {
  const made = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...inside);
  return made;
}

function steps(low, high) {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
  const found = [];
  for (let value = Math.ceil(low / step) * step; value <= high + 1e-9; value += step) found.push(Number(value.toPrecision(8)));
  return found;
}

export function drawChart({ months, future, base, path, dots, believed, title, small }) {
  const width = small ? SMALL : WIDTH;
  const known = [...base.filter((value) => value !== null), ...path, ...believed, ...dots.map((dot) => dot.value)];
  const least = Math.min(...known), most = Math.max(...known), room = (most - least) * 0.08 || 1;
  const low = Math.max(0, least - room), high = most + room;
  const x = (month) => LEFT + (width - LEFT - RIGHT) * month / (months.length - 1);
  const y = (value) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low);
  const line = (values, first, colour, width, dashes = "none") => svg("path", {
    d: values.map((value, place) => `${place ? "L" : "M"}${x(first + place).toFixed(1)} ${y(value).toFixed(1)}`).join(""),
    fill: "none", stroke: colour, "stroke-width": width, "stroke-dasharray": dashes,
  });
  const text = (words, at, up, attributes = {}) => svg("text", { x: at, y: up, "font-size": 15, fill: DARK, "font-family": FONT, ...attributes }, words);
  const drawn = svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": `${title}. ${future ? "The table below has the values." : "The table has the last year."}` });
  for (const value of steps(low, high)) {
    drawn.append(svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value), stroke: PALE }));
    drawn.append(text(value.toLocaleString("en-GB"), LEFT - 8, y(value) + 5, { "text-anchor": "end" }));
  }
  const apart = months.length > 90 ? 2 : 1;
  months.forEach((month, place) => {
    if (month.endsWith("-04") && Number(month.slice(0, 4)) % apart === 0) drawn.append(text(month.slice(0, 4), x(place), HEIGHT - 12, { "text-anchor": "middle" }));
  });
  if (future) {
    drawn.append(svg("line", { x1: x(future), x2: x(future), y1: TOP, y2: HEIGHT - BOTTOM, stroke: DARK, "stroke-dasharray": "4 4" }));
    drawn.append(text("future", x(future) + 6, TOP + 12));
  }
  drawn.append(line(base, 0, BLUE, 2.5));
  if (believed.length) drawn.append(line(believed, future, BLUE, 2.5, "7 4"));
  if (path.length) drawn.append(line(path, future, ORANGE, 3.5));
  for (const dot of dots) {
    const at = months.indexOf(dot.month);
    if (at >= 0) drawn.append(svg("circle", { cx: x(at), cy: y(dot.value), r: 4.5, stroke: DARK, "stroke-width": 1.5, fill: dot.month > "2022-03" ? "#fff" : DARK }));
  }
  const ends = [["Today's law", base.at(-1), BLUE]];
  if (believed.length) ends.push(["as you believe", believed.at(-1), BLUE]);
  if (path.length && path.length === months.length - future) ends.push(["Your package", path.at(-1), ORANGE]);
  ends.sort((one, other) => other[1] - one[1]);
  let above = -Infinity;
  for (const [words, value, colour] of ends) {
    above = Math.max(y(value) + 5, above + 20);
    drawn.append(text(words, width - RIGHT + 8, above, { fill: colour, "font-weight": "bold", "font-size": 16 }));
  }
  return drawn;
}

// The chart as a picture of its own, with its finding and where its figures come from.
export function pictureOf(shown) {
  const drawn = drawChart(shown), HEAD = 44, FOOT = 30;
  const words = (text, up, attributes) => svg("text", { x: 12, y: up, fill: "#0B0C0C", "font-family": FONT, ...attributes }, text);
  const inner = svg("g", { transform: `translate(0 ${HEAD})` }, ...drawn.childNodes);
  return svg("svg", { xmlns: NS, viewBox: `0 0 ${WIDTH} ${HEIGHT + HEAD + FOOT}`, width: WIDTH, height: HEIGHT + HEAD + FOOT, role: "img", "aria-label": shown.title },
    svg("rect", { width: WIDTH, height: HEIGHT + HEAD + FOOT, fill: "#fff" }),
    words(shown.title, 28, { "font-size": 20, "font-weight": "bold" }), inner,
    words(`${shown.figure.label}, ${shown.figure.unit}. Lines: caresim, mean of simulated draws. Dots: published (hollow after 2021/22).`, HEIGHT + HEAD + 18, { "font-size": 13, fill: DARK }));
}

export function drawTable({ months, future, base, path, figure }, number) {
  const table = document.createElement("table");
  const rows = months.map((month, place) => [month, place]).filter(([month]) => month.endsWith("-03"));
  const line = (cells, kind) => {
    const row = table.insertRow();
    cells.forEach((cell, place) => {
      const heading = kind === "th" || place === 0;
      const made = document.createElement(heading ? "th" : "td");
      if (heading) made.scope = kind === "th" ? "col" : "row";
      made.textContent = cell;
      row.append(made);
    });
  };
  const caption = table.createCaption();
  caption.textContent = `${figure.label}, ${figure.unit}, in March of each year`;
  line(["Year", "Today's law", "Your package"], "th");
  for (const [month, place] of rows) {
    const own = place >= future && place - future < path.length ? number(path[place - future], figure.decimals + 1) : "";
    line([month.slice(0, 4), base[place] === null ? "" : number(base[place], figure.decimals + 1), own], "td");
  }
  return table;
}
