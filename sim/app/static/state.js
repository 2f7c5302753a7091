// What the page knows. The package is in the address after "#", so that a link restores it; the workshop (saved packages,
// budget, votes, what was tried) is kept by the browser, and in a file for those who want it elsewhere.
import { post } from "./dom.js";

const KEEP = "caresim-workshop";
export const MOST_SAVED = 6;

// Not crypto.randomUUID, which browsers lack where a page comes from another machine without encryption.
export const person = [...crypto.getRandomValues(new Uint8Array(16))].map((each) => each.toString(16).padStart(2, "0")).join("");
export const page = {
  about: null, base: null, levels: null, chosen: new Map(), sources: new Map(), answer: null, asking: null,
  package: "", believed: {}, view: "answer",
};
export const fresh = () => ({ budget: 1, saved: [], tried: [], brought: {} });
export let workshop = fresh();

export function levers(chosen = page.chosen, sources = page.sources) {
  return [...chosen].filter(([, strength]) => strength > 0)
    .map(([lever, strength]) => ({ lever, source: sources.get(lever) ?? lever, strength }));
}

export const keyOf = (each) => JSON.stringify(each.map((one) => [one.lever, one.source, one.strength]).sort());

export const TOO_FEW = "Too few draws share these beliefs to say anything: move the sliders of the challenge less far.";
export const believing = () => Object.keys(page.believed).length > 0;

export function remember() {
  const text = new URLSearchParams();
  for (const one of levers()) text.append("lever", [one.lever, one.source, one.strength].join(","));
  if (page.package) text.set("package", page.package);
  for (const [name, value] of Object.entries(page.believed)) text.append("believe", `${name},${value}`);
  if (page.view !== "answer") text.set("view", page.view);
  history.replaceState(null, "", "#" + text);
}

export function restore() {
  const text = new URLSearchParams(location.hash.slice(1));
  const offered = new Map(Object.values(page.about.families).flat().map((one) => [one.lever, one]));
  const ranges = new Map(page.about.assumptions.map((one) => [one.parameter, one]));
  for (const one of text.getAll("lever")) {
    const [lever, source, strength] = one.split(",");
    if (!offered.has(lever) || !(Number(strength) > 0)) continue;
    page.chosen.set(lever, Math.min(Number(strength), offered.get(lever).strongest));
    page.sources.set(lever, source);
  }
  for (const one of text.getAll("believe")) {
    const [name, value] = one.split(",");
    const known = ranges.get(name);
    if (known && Number(value) >= known.low && Number(value) <= known.high) page.believed[name] = Number(value);
  }
  page.package = text.get("package") ?? "";
  page.view = text.get("view") ?? "answer";
}

export function keep() {
  try {
    localStorage.setItem(KEEP, JSON.stringify(workshop));
  } catch {
    // A browser that keeps nothing still shows everything; the workshop can be saved as a file.
  }
}

// Only what a workshop consists of is taken from what a browser kept or a file holds.
export function workshopFrom(told) {
  const lever = (one) => typeof one?.lever === "string" && typeof one.source === "string" && one.strength > 0;
  const sound = (each) => typeof each?.name === "string" && Array.isArray(each.levers) && each.levers.every(lever);
  if (!told || !Array.isArray(told.saved) || !Array.isArray(told.tried)) throw new Error("This is no workshop file of this page.");
  return {
    budget: Number(told.budget) >= 0 ? Number(told.budget) : 1,
    saved: told.saved.filter(sound).slice(0, MOST_SAVED).map((one) => ({ name: one.name.slice(0, 60), levers: one.levers, votes: Math.max(0, Math.round(Number(one.votes) || 0)) })),
    tried: told.tried.filter(sound),
    brought: Object.fromEntries(Object.entries(told.brought ?? {}).filter(([, text]) => typeof text === "string")),
  };
}

export function become(other) {
  workshop = other;
  keep();
}

// Files that were brought are known to the program by what they say, and are brought again after it was restarted.
export async function bringAgain() {
  for (const text of Object.values(workshop.brought)) await post("/api/upload", { text }, undefined, false).catch(() => null);
}

export function recall() {
  try {
    workshop = workshopFrom(JSON.parse(localStorage.getItem(KEEP)));
  } catch {
    workshop = fresh();
  }
}

export function titleOf(lever) {
  return Object.values(page.about.families).flat().find((one) => one.lever === lever)?.title ?? lever;
}

export const inWords = (strength) => strength === 0 ? "off" : strength === 1 ? "in full" : `${Math.round(100 * strength)}%`;

export function packageInWords(each) {
  if (!each.length) return "no lever";
  return each.map((one) => titleOf(one.lever) + (one.strength === 1 ? "" : ` (${Math.round(100 * one.strength)}%)`)).join(", ");
}
