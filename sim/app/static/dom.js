// Small helpers: elements, numbers in words, and answers that come line by line.
export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...inside);
  return made;
}

export const number = (value, decimals) => value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

export function signed(value, decimals) {
  const sign = Number(value.toFixed(decimals)) > 0 ? "+" : Number(value.toFixed(decimals)) < 0 ? "\u2212" : "";
  return sign + number(Math.abs(value), decimals);
}

export const range = (change, decimals) => change.low == null || change.high == null ? "" : `${signed(change.low, decimals)} to ${signed(change.high, decimals)}`;

const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
export const monthInWords = (month) => `${MONTHS[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;

export function table(caption, heads, rows, kind = "") {
  const head = element("tr", {}, ...heads.map((each) => element("th", { scope: "col" }, each)));
  const body = rows.map(([first, ...rest]) => element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((each) => element("td", {}, each))));
  return element("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    element("table", { class: kind }, element("caption", {}, caption), element("thead", {}, head), element("tbody", {}, ...body)));
}

// What to do where the program does not know a file that was brought any more, before it is asked once again.
let bringing = null;
export function whenForgotten(bring) {
  bringing = bring;
}

export async function post(path, body, signal, again = true) {
  const response = await fetch(path, { method: "POST", signal, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (response.ok) return response;
  const told = (await response.json().catch(() => ({}))).error ?? `The program answered ${response.status}.`;
  if (again && bringing && told.includes("uploaded-")) {
    await bringing();
    return post(path, body, signal, false);
  }
  throw new Error(told);
}

// What a screen has to say; `aloud` to those who listen, too. Progress would keep them from hearing anything else.
export function tellIn(id, words, aloud = true) {
  byId(id).setAttribute("aria-live", aloud ? "polite" : "off");
  byId(id).textContent = words;
}

// Ask, and hand on each line of the answer; of lines that come at once only the last, unless `all` are wanted.
export async function stream(path, body, each, signal, all = false) {
  const reader = (await post(path, body, signal)).body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    const whole = lines.filter(Boolean);
    for (const line of all ? whole : whole.slice(-1)) {
      const told = JSON.parse(line);
      if (told.error) throw new Error(told.error);
      each(told);
    }
  }
}

export function save(blob, name) {
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
