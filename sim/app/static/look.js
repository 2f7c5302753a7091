// A closer look at a package, asked for once and kept as long as the page is open.
import { stream } from "./dom.js";
import { keyOf, person } from "./state.js";

const known = new Map();
const asking = new Map();
const KEPT = 12;

// Ask at `path` about levers for one screen (`who`), whose earlier question is given up. `step` is told how many draws
// are in. The answer is kept; null if the screen has asked for something else meanwhile.
export async function closer(who, path, levers, step, more = {}) {
  const key = path + keyOf(levers) + JSON.stringify(more);
  asking.get(who)?.abort();
  if (known.has(key)) return known.get(key);
  const mine = new AbortController();
  asking.set(who, mine);
  let last = null;
  try {
    await stream(path, { person: `${person}-${who}`.slice(0, 64), levers, ...more }, (told) => { last = told; step(told.draws); }, mine.signal);
  } catch (problem) {
    if (problem.name === "AbortError") return null;
    throw problem;
  }
  known.set(key, last);
  if (known.size > KEPT) known.delete(known.keys().next().value);
  return last;
}

export function leave(who) {
  asking.get(who)?.abort();
}
