"""Broken scenario files, and what the message about each must say."""

from __future__ import annotations

from dataclasses import dataclass

from sim.loader import LARGEST_FILE, MOST_ALIASES, MOST_NODES

HEAD = "name: A test\n"
RLW = "real_living_wage"
ZHB = "zero_hours_ban"
NLW = "national_living_wage"


@dataclass(frozen=True)
class Broken:
    """A broken file and what its message must say."""

    case: str
    text: str | bytes
    line: int
    field: str
    expected: str
    nearest: str = ""


def lever(body: str) -> str:
    """A file with one lever, which stands on line 3."""
    return f"{HEAD}levers:\n  - {body}\n"


def rlw(body: str) -> str:
    """A file with a real living wage from April 2027 and more."""
    return lever(f"{RLW}: {{from: 2027-04, {body}}}")


def applied_to(body: str) -> str:
    """A file with a real living wage for some only."""
    return rlw(f"applies_to: {{{body}}}")


def funded(body: str) -> str:
    """A file with a real living wage and its funding."""
    return rlw(f"funding: {{{body}}}")


def ban(body: str) -> str:
    """A file with a zero-hours ban from April 2027 and more."""
    return lever(f"{ZHB}: {{from: 2027-04, {body}}}")


def nlw(body: str) -> str:
    """A file with a change of the National Living Wage from April 2027."""
    return lever(f"{NLW}: {{from: 2027-04, {body}}}")


def assumed(body: str) -> str:
    """A file with one assumption, which stands on line 3."""
    return f"{HEAD}assumptions:\n  {body}\n"


def deep(levels: int) -> str:
    return HEAD + "levers: " + "[" * levels + "]" * levels + "\n"


def alias_bomb() -> str:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join(['*' + old] * 9)}]" for old, new in zip("abcdef", "bcdefg", strict=True)]
    return "\n".join(lines) + "\n"


KEYS = [
    Broken("unknown key", "name: x\nscal: 0.1\n", 2, "scal", "one of name,", "scale"),
    Broken(
        "places that have no council in common",
        applied_to("region: London, council: Leeds"),
        3,
        f"{RLW}.applies_to",
        "places that region and council have in common",
    ),
    Broken(
        "figures of another script",
        f"{HEAD}window: {{from: '\u0662\u0660\u0662\u0667-04'}}\n",
        2,
        "window.from",
        "YYYY-MM",
    ),
    Broken("name too long", f"name: {'x' * 101}\n", 1, "name", "at most 100 characters"),
    Broken(
        "steps move no differentials",
        lever("pay_progression: {from: 2027-04, experience_step: 2, funding: {include: [differentials]}}"),
        3,
        "pay_progression.funding.include",
        "on_costs only",
    ),
    Broken("unknown key without a likeness", "name: x\nqqq: 0.1\n", 2, "qqq", "one of name,"),
    Broken(
        "unknown lever", lever("real_livng_wage: {from: 2027-04}"), 3, "levers[0].real_livng_wage", "one of the", RLW
    ),
    Broken("lever with dashes", lever("zero-hours-ban: {from: 2027-04}"), 3, "levers[0].zero-hours-ban", "one of", ZHB),
    Broken("unknown field of a lever", lever(f"{RLW}: {{form: 2027-04}}"), 3, f"{RLW}.form", "one of from", "from"),
    Broken("missing date", lever(f"{RLW}: {{to: 2027-04}}"), 3, f"{RLW}.from", "first month in force"),
    Broken("missing dose", lever(f"{ZHB}: {{from: 2027-04}}"), 3, f"{ZHB}.minimum_hours", "fewest hours"),
    Broken("missing name", "scale: 0.1\n", 1, "name", "short title"),
    Broken("duplicate key", "name: x\nscale: 0.1\nscale: 0.2\n", 3, "scale", "each key once"),
    Broken("number as a key", "name: x\n5: y\n", 2, "5", "text as a key"),
    Broken("list as a key", "name: x\n? [a]\n: y\n", 2, "file", "text as a key"),
    Broken("merge key", "name: x\nwindow: &w {from: 2026-04}\nassumptions: {<<: *w}\n", 3, "<<", "extends"),
    Broken(
        "funding of a lever that costs nobody", ban("minimum_hours: 8, funding: {}"), 3, f"{ZHB}.funding", "one of from"
    ),
    Broken(
        "two levers behind one dash",
        f"{HEAD}levers:\n  - day_one_flexibility: {{from: 2027-04}}\n    sponsor_portability: {{from: 2027-04}}\n",
        3,
        "levers[0]",
        "one lever by name",
    ),
    Broken("levers as a mapping", f"{HEAD}levers:\n  {ZHB}: {{from: 2027-04}}\n", 2, "levers", "a list"),
    Broken("lever without anything", f"{HEAD}levers:\n  - {ZHB}:\n", 3, f"levers[0].{ZHB}", "the line left out"),
    Broken("lever as text", f"{HEAD}levers:\n  - {ZHB}\n", 3, "levers[0]", "one lever by name"),
]
VALUES = [
    Broken("text for a number", "name: x\nscale: tenth\n", 2, "scale", "a number"),
    Broken("number for text", "name: 5\n", 1, "name", "text"),
    Broken("fraction for a whole number", "name: x\nseed: 1.5\n", 2, "seed", "a whole number"),
    Broken(
        "yes for true",
        ban("minimum_hours: 8, keep_if_worker_prefers: yes"),
        3,
        "keep_if_worker_prefers",
        "true or false",
        "true",
    ),
    Broken(
        "off for false", lever("overseas_recruitment: {from: 2027-04, open: off}"), 3, "open", "true or false", "false"
    ),
    Broken("leading zero", "name: x\nseed: 010\n", 2, "seed", "a whole number"),
    Broken("base sixty", ban("minimum_hours: 16:30"), 3, "minimum_hours", "a number"),
    Broken("not a number", "name: x\nscale: .nan\n", 2, "scale", "a finite number"),
    Broken("infinite", "name: x\nscale: .inf\n", 2, "scale", "a finite number"),
    Broken("too large for a decimal", "name: x\nscale: 1.0e999\n", 2, "scale", "a finite number"),
    Broken("number of a thousand digits", f"name: x\nseed: {'9' * 1000}\n", 2, "seed", "at most 15 digits"),
    Broken("scale of nothing", "name: x\nscale: 0\n", 2, "scale", "at least 0.001"),
    Broken("scale above England", "name: x\nscale: 1.5\n", 2, "scale", "at most 1"),
    Broken("negative seed", "name: x\nseed: -1\n", 2, "seed", "at least 0"),
    Broken("no replicate", "name: x\nreplicates: 0\n", 2, "replicates", "at least 1"),
    Broken("value left out", "name: x\nscale:\n", 2, "scale", "a value, or the line left out"),
    Broken("empty name", "name: ''\n", 1, "name", "some text"),
    Broken("blank name", "name: '  '\n", 1, "name", "a name that can be read"),
    Broken("name that moves the cursor", 'name: "\\e[31m"\n', 1, "name", "one line of printable text"),
    Broken("unknown baseline", "name: x\nbaseline: anounced\n", 2, "baseline", "'enacted' or 'announced'", "announced"),
    Broken("hours no week has", ban("minimum_hours: 60"), 3, "minimum_hours", "at most 40"),
    Broken(
        "share above one", funded("council: {cover: 1.5, from: new_grant}"), 3, "funding.council.cover", "at most 1"
    ),
    Broken("cover from nowhere", funded("council: {cover: 1.0}"), 3, "funding.council.from", "new_grant"),
    Broken(
        "unknown purse",
        funded("nhs: {cover: 1.0, from: own_budgets}"),
        3,
        "funding.nhs.from",
        "'new_grant'",
        "own_budget",
    ),
    Broken("unknown cost", funded("include: [oncosts]"), 3, "funding.include[0]", "one of on_costs", "on_costs"),
    Broken(
        "differentials of travel time",
        lever("paid_travel_time: {from: 2027-04, funding: {include: differentials}}"),
        3,
        "funding.include",
        "on_costs only",
    ),
    Broken("fraction of a penny", nlw("path: {2027-04: 13.805}"), 3, "path.2027-04", "whole pence"),
    Broken(
        "percent and path",
        nlw("percent: 2, path: {2027-04: 13.8}"),
        3,
        "national_living_wage.path",
        "either `percent` or `path`",
    ),
    Broken(
        "neither percent nor path",
        lever("national_living_wage: {from: 2027-04}"),
        3,
        "national_living_wage",
        "either `percent` or `path`",
    ),
    Broken(
        "route without terms",
        lever("overseas_recruitment: {from: 2027-04}"),
        3,
        "overseas_recruitment",
        "at least one of open",
    ),
    Broken(
        "phased-in route",
        lever("overseas_recruitment: {from: 2027-04, open: true, phase_in_months: 6}"),
        3,
        "phase_in_months",
        "starts on a date",
    ),
]
DATES = [
    Broken(
        "a day for a month", lever(f"{RLW}: {{from: 2027-04-01}}"), 3, f"{RLW}.from", "a month as YYYY-MM", "2027-04"
    ),
    Broken("year last", lever(f"{RLW}: {{from: 04/2027}}"), 3, f"{RLW}.from", "a month as YYYY-MM", "2027-04"),
    Broken("year only", lever(f"{RLW}: {{from: 2027}}"), 3, f"{RLW}.from", "a month as YYYY-MM"),
    Broken("thirteenth month", lever(f"{RLW}: {{from: 2027-13}}"), 3, f"{RLW}.from", "a month as YYYY-MM"),
    Broken("before the history", lever(f"{RLW}: {{from: 2010-04}}"), 3, f"{RLW}.from", "a month from 2016-04"),
    Broken("far future", "name: x\nwindow: {to: 2199-01}\n", 2, "window.to", "a month from 2016-04"),
    Broken("ends before it starts", rlw("to: 2026-04"), 3, f"{RLW}.to", "not before `from`"),
    Broken("window backwards", "name: x\nwindow: {from: 2028-04, to: 2027-04}\n", 2, "window.to", "not before `from`"),
    Broken("window after its default end", "name: x\nwindow: {from: 2035-04}\n", 2, "window", "not before `from`"),
    Broken(
        "phase-in longer than the lever", rlw("to: 2027-06, phase_in_months: 12"), 3, "phase_in_months", "at most 3"
    ),
    Broken("rate before the lever", nlw("path: {2026-04: 13.8}"), 3, "path.2026-04", "not before `from`"),
    Broken("rate on a day", nlw("path: {2027-04-01: 13.8}"), 3, "path.2027-04-01", "a month as YYYY-MM", "2027-04"),
]
ASSUMED = [
    Broken(
        "unknown assumption", assumed("unemploymnt: high"), 3, "assumptions.unemploymnt", "one of unemp", "unemployment"
    ),
    Broken("unknown level", assumed("unemployment: hihg"), 3, "assumptions.unemployment", "one of central", "high"),
    Broken("number for a path", assumed("unemployment: 5.0"), 3, "assumptions.unemployment", "values by month"),
    Broken("list for a path", assumed("nhs_award: [3, 4]"), 3, "assumptions.nhs_award", "values by month"),
    Broken("path without values", assumed("need_growth: {}"), 3, "assumptions.need_growth", "at least one entry"),
    Broken(
        "path on a day", assumed("unemployment: {2027-04-01: 5}"), 3, "unemployment.2027-04-01", "YYYY-MM", "2027-04"
    ),
    Broken(
        "history is fact", assumed("unemployment: {2025-10: 5}"), 3, "unemployment.2025-10", "a month from 2026-04 on"
    ),
    Broken("rate already law", assumed("nlw_path: {2027-04: 13.5}"), 3, "nlw_path.2027-04", "a month from 2028-04 on"),
    Broken(
        "months out of order",
        assumed("unemployment: {2028-04: 5, 2027-04: 6}"),
        3,
        "unemployment.2027-04",
        "ascending order",
    ),
    Broken("month twice", assumed("unemployment: {2028-04: 5, 2028-04: 6}"), 3, "2028-04", "each key once"),
    Broken("nobody at work", assumed("unemployment: {2028-04: 60}"), 3, "unemployment.2028-04", "percent, 1 to 20"),
    Broken("text in a path", assumed("nhs_award: {2028-04: much}"), 3, "nhs_award.2028-04", "a number"),
    Broken("wage in pence", assumed("nlw_path: {2028-04: 1400}"), 3, "nlw_path.2028-04", "pounds an hour, 5 to 50"),
    Broken("part of a penny", assumed("rlw_path: {2028-04: 14.005}"), 3, "rlw_path.2028-04", "whole pence"),
    Broken("ratio in percent", assumed("outside_pay: {2028-04: 104}"), 3, "outside_pay.2028-04", "ratio, 1 to 2"),
    Broken("endless growth", assumed("council_funding: {2028-04: .inf}"), 3, "council_funding", "a finite number"),
]
COVERAGE = [
    Broken("unknown council", applied_to("council: Leds"), 3, "applies_to.council", "153 councils", "Leeds"),
    Broken(
        "unknown region",
        applied_to("region: [London, Nort West]"),
        3,
        "applies_to.region[1]",
        "one of East Midlands",
        "North West",
    ),
    Broken(
        "unknown care system",
        applied_to("ics: Greater Mancester"),
        3,
        "applies_to.ics",
        "42 integrated care systems",
        "Greater Manchester",
    ),
    Broken(
        "unknown service", applied_to("service: homecare"), 3, "applies_to.service", "one of residential", "home_care"
    ),
    Broken("unknown sector", applied_to("sector: private"), 3, "applies_to.sector", "one of independent"),
    Broken("unknown role", applied_to("role: nurse"), 3, "applies_to.role", "one of care_worker", "registered_nurse"),
    Broken("unknown size", applied_to("size: tiny"), 3, "applies_to.size", "one of micro"),
    Broken("number for a council", applied_to("council: 7"), 3, "applies_to.council", "153 councils"),
    Broken("council twice", applied_to("council: [Leeds, Leeds]"), 3, "applies_to.council", "each once"),
    Broken("nobody covered", applied_to("council: []"), 3, "applies_to.council", "at least 1"),
    Broken(
        "national law narrowed",
        nlw("percent: 2, applies_to: {region: London}"),
        3,
        "applies_to.region",
        "holds for the whole country",
    ),
    Broken(
        "fees by role",
        lever("fee_uplift: {from: 2027-04, percent: 2, applies_to: {role: care_worker}}"),
        3,
        "applies_to.role",
        "one of region, council",
    ),
    Broken(
        "lever twice",
        lever(f"{ZHB}: {{from: 2027-04, minimum_hours: 8}}\n  - {ZHB}: {{from: 2028-04, minimum_hours: 16}}"),
        4,
        f"levers[1].{ZHB}",
        "dates or coverage of their own",
    ),
]
FAMILIES = [
    Broken(
        "parent that is not there", f"{HEAD}extends: basline\n", 2, "extends", "a file in the same folder", "baseline"
    ),
    Broken("parent by a path", f"{HEAD}extends: ../secret\n", 2, "extends", "without a path"),
    Broken("parent by an absolute path", f"{HEAD}extends: /etc/passwd\n", 2, "extends", "without a path"),
    Broken("parent by a Windows path", f"{HEAD}extends: '..\\secret'\n", 2, "extends", "without a path"),
    Broken("own parent", f"{HEAD}extends: broken\n", 2, "extends", "parents that do not lead back"),
    Broken("list of parents", f"{HEAD}extends: [baseline]\n", 2, "extends", "without a path"),
    Broken("remove without a parent", f"{HEAD}remove: [{ZHB}]\n", 2, "remove[0]", "no lever in a parent"),
    Broken(
        "remove what is not there", f"{HEAD}extends: {RLW}\nremove: [real_livingwage]\n", 3, "remove[0]", "one of", RLW
    ),
    Broken("remove as text", f"{HEAD}extends: {RLW}\nremove: {RLW}\n", 3, "remove", "a list of levers"),
    Broken(
        "child repeats the parent's lever",
        f"{HEAD}extends: {RLW}\nlevers:\n  - {RLW}: {{from: 2028-04}}\n",
        4,
        f"levers[0].{RLW}",
        "dates or coverage of their own",
    ),
]
FILES = [
    Broken("empty", "", 1, "file", "a scenario"),
    Broken("only a comment", "# nothing\n", 1, "file", "a scenario"),
    Broken("a list at the top", "- a\n- b\n", 1, "file", "a mapping at the top"),
    Broken("a word at the top", "hello\n", 1, "file", "a mapping at the top"),
    Broken("two documents", "name: x\n---\nname: y\n", 2, "file", "one scenario in a file"),
    Broken("bad indentation", "name: x\n  scale: 0.1\n", 2, "file", "YAML, indented with spaces"),
    Broken("tab", "name: x\nwindow:\n\tfrom: 2026-04\n", 3, "file", "YAML, indented with spaces"),
    Broken("open bracket", "name: x\nlevers: [\n", 3, "file", "YAML"),
    Broken("unknown alias", "name: *nobody\n", 1, "file", "YAML"),
    Broken("Latin-1", "name: x\ndescription: caf\xe9\n".encode("latin-1"), 2, "file", "UTF-8"),
    Broken("UTF-16", "name: x\n".encode("utf-16"), 1, "file", "UTF-8"),
    Broken("NUL byte", b"name: x\nseed: \x00\n", 2, "file", "UTF-8 text"),
    Broken("control character", b"name: x\nseed: \x07\n", 2, "file", "printable text"),
    Broken("half a character", 'name: x\ndescription: "\\ud800"\n', 2, "file", "whole characters"),
    Broken("Python object", "name: !!python/object/apply:os.getcwd []\n", 1, "name", "without a tag"),
    Broken("tag of one's own", "name: x\nseed: !secret 5\n", 2, "seed", "without a tag"),
    Broken("alias bomb", alias_bomb(), 4, "file", f"more than {MOST_NODES} entries"),
    Broken("many aliases", "a: &a 1\nb: [" + ", ".join(["*a"] * (MOST_ALIASES + 1)) + "]\n", 2, "file", "aliases"),
    Broken("alias of itself", "name: x\nlevers: &a [*a]\n", 2, "file", "values that end"),
    Broken("deep nesting", deep(30), 2, "file", "caresim schema"),
    Broken("very deep nesting", deep(50_000), 2, "file", "caresim schema"),
    Broken("many entries", HEAD + "levers: [" + "1, " * MOST_NODES + "1]\n", 2, "file", f"more than {MOST_NODES}"),
    Broken("giant", HEAD + "#" * LARGEST_FILE, 0, "file", "of at most that size"),
]
EVERYTHING = [*KEYS, *VALUES, *DATES, *ASSUMED, *COVERAGE, *FAMILIES, *FILES]
