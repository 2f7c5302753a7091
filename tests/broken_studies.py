"""Broken study files, and what the message about each must say."""

from __future__ import annotations

from tests.broken_files import Broken

HEAD = "name: A test\n"
BAN = "zero_hours_ban"
THOUSAND = "{vary: {from: 0.2, to: 0.3, steps: 1000}}"
"""A thousand values, which lie in the evidence ranges of several parameters."""
THREE = ("search_most", "search_base", "peer_weight")


def uncertain(body: str) -> str:
    """A study with one uncertainty, which stands on line 3."""
    return f"{HEAD}uncertainties:\n  {body}\n"


def parameter(body: str) -> str:
    """A study over one parameter, which stands on line 3."""
    return uncertain(f"parameters: {{{body}}}")


def lever(body: str) -> str:
    """A study with one lever, which stands on line 3."""
    return f"{HEAD}levers:\n  - {body}\n"


def ban(hours: str) -> str:
    """A study over the hours of a zero-hours ban, which stand on line 3."""
    return lever(f"{BAN}: {{from: 2027-04, minimum_hours: {hours}}}")


def designed(design: str) -> str:
    """A study over one parameter whose design stands on line 4."""
    return f"{parameter('search_most: range')}design: {{{design}}}\n"


def aimed(goal: str) -> str:
    """A study over one lever whose goal stands on line 4."""
    return f"{ban('{vary: [0, 8]}')}goal: {{{goal}}}\n"


AXES = [
    Broken(
        "unknown parameter", parameter("serch_most: range"), 3, "parameters.serch_most", "parameters", "search_most"
    ),
    Broken("parameter without a block", uncertain("search_most: range"), 3, "search_most", "below `parameters`"),
    Broken("parameter without a range", parameter("weeks_a_year: range"), 3, "weeks_a_year", "differ"),
    Broken("parameter that does not vary", parameter("search_most: 0.1"), 3, "search_most", "`range` ("),
    Broken("no parameters", uncertain("parameters: {}"), 3, "parameters", "`all`, or a mapping"),
    Broken(
        "value outside the evidence",
        parameter("search_most: {vary: [0.1, 9]}"),
        3,
        "vary[1]",
        "in the evidence range of",
    ),
    Broken(
        "bound outside the evidence", parameter("search_most: {vary: {from: -1, to: 0.1}}"), 3, "vary.from", "evidence"
    ),
    Broken("bounds the wrong way round", ban("{vary: {from: 8, to: 4}}"), 3, "vary.to", "more than `from` (8)"),
    Broken("range without an end", ban("{vary: {from: 8}}"), 3, "vary", "a range with `from` and `to`"),
    Broken("bound that is no number", ban("{vary: {from: 2, to: many}}"), 3, "vary.to", "a number"),
    Broken("unknown key of a range", ban("{vary: {from: 2, to: 4, step: 2}}"), 3, "vary.step", "one of from", "steps"),
    Broken("one step", ban("{vary: {from: 2, to: 4, steps: 1}}"), 3, "vary.steps", "2 to"),
    Broken("a single value", ban("{vary: [8]}"), 3, "vary", "at least two values"),
    Broken("a value twice", ban("{vary: [8, 8.0]}"), 3, "vary[1]", "each value once"),
    Broken("a mapping as a value", ban("{vary: [8, {a: 1}]}"), 3, "vary[1]", "a single value"),
    Broken("a key beside vary", ban("{vary: [0, 8], steps: 3}"), 3, "minimum_hours.steps", "{vary: [...]}"),
    Broken(
        "unknown uncertainty", uncertain("unemploymnt: {vary: [low, high]}"), 3, "unemploymnt", "one of", "unemployment"
    ),
    Broken("assumption that does not vary", uncertain("unemployment: low"), 3, "unemployment", "an axis, such as"),
    Broken("unknown level", uncertain("unemployment: {vary: [low, hihg]}"), 3, "vary[1]", "central", "high"),
    Broken(
        "assumption out of bounds", uncertain("unemployment: {vary: [4, 50]}"), 3, "unemployment.vary[1]", "1 to 20"
    ),
    Broken("rate that stands still", uncertain("nlw_path: {vary: [13, 14]}"), 3, "vary[0]", "stood still in cash"),
    Broken("range of a rate", uncertain("nlw_path: {vary: {from: 13, to: 15}}"), 3, "vary.from", "stood still"),
    Broken(
        "unknown baseline", uncertain("baseline: {vary: [enacted, anounced]}"), 3, "vary[1]", "enacted", "announced"
    ),
    Broken("switch by truth", uncertain("strain_feedback: {vary: [true, false]}"), 3, "vary[0]", "one of on, off"),
    Broken("range of a switch", uncertain("strain_feedback: {vary: {from: 0, to: 1}}"), 3, "vary", "{vary: [...]}"),
    Broken(
        "unknown mechanism",
        uncertain("strain_fedback: {vary: [on, off]}"),
        3,
        "strain_fedback",
        "one of",
        "strain_feedback",
    ),
    Broken("scale out of bounds", f"{HEAD}scale: {{vary: [0.01, 2]}}\n", 2, "scale.vary[1]", "0.001 to 1"),
    Broken("scale that is no number", f"{HEAD}scale: large\n", 2, "scale", "0.001 to 1"),
    Broken("range of seeds", f"{HEAD}seed: {{vary: {{from: 1, to: 9}}}}\n", 2, "seed.vary", "{vary: [...]}"),
]
LEVERS = [
    Broken("unknown lever", lever("zero_hour_ban: {from: 2027-04}"), 3, "zero_hour_ban", "one of", BAN),
    Broken("value that a lever refuses", ban("{vary: [0, 99]}"), 3, "minimum_hours.vary[1]", "at most 40"),
    Broken("bound that a lever refuses", ban("{vary: {from: 0, to: 99}}"), 3, "minimum_hours.vary.to", "at most 40"),
    Broken("fixed value that a lever refuses", ban("99"), 3, "minimum_hours", "at most 40"),
    Broken(
        "unknown field of a lever",
        lever(f"{BAN}: {{form: 2027-04, minimum_hours: 8}}"),
        3,
        "form",
        "one of from",
        "from",
    ),
    Broken(
        "month that varies",
        lever(f"{BAN}: {{from: {{vary: [2027-04, 2027-13]}}, minimum_hours: 8}}"),
        3,
        "vary[1]",
        "YYYY-MM",
    ),
    Broken(
        "range of months",
        lever(f"{BAN}: {{from: {{vary: {{from: 1, to: 5}}}}, minimum_hours: 8}}"),
        3,
        "from",
        "YYYY-MM",
    ),
    Broken(
        "inclusion by number",
        lever(f"{BAN}: {{include: {{vary: [0, 1]}}, from: 2027-04, minimum_hours: 8}}"),
        3,
        "include.vary[0]",
        "true or false",
    ),
    Broken(
        "strength of nothing known",
        lever("training_ofer: {strength: {vary: [0, 1]}}"),
        3,
        "training_ofer",
        "shipped",
        "training_offer",
    ),
    Broken(
        "strength of what is there or not",
        lever("overseas_recruitment: {strength: {vary: [0, 1]}}"),
        3,
        "strength",
        "`include:",
    ),
    Broken(
        "strength that does not vary", lever("training_offer: {strength: 1}"), 3, "strength", "{vary: {from: 0, to: 1}}"
    ),
    Broken("negative strength", lever("training_offer: {strength: {vary: [-1, 1]}}"), 3, "strength.vary[0]", "0 to 10"),
    Broken(
        "strength beyond a bound",
        lever("block_commissioning: {strength: {vary: [0, 4]}}"),
        3,
        "strength.vary[1]",
        "within its bounds",
    ),
    Broken(
        "a date beside a strength",
        lever("training_offer: {from: 2027-04, strength: {vary: [0, 1]}}"),
        3,
        "training_offer.from",
        "nothing else",
    ),
    Broken(
        "two axes of one name",
        f"{ban('{vary: [0, 8]}')}  - {BAN}: {{from: 2030-04, minimum_hours: {{vary: [0, 4]}}}}\n",
        2,
        "levers",
        "each axis once",
    ),
    Broken(
        "levers that overlap",
        f"{ban('{vary: [0, 8]}')}  - {BAN}: {{from: 2029-04, minimum_hours: 4}}\n",
        4,
        BAN,
        "dates or coverage",
    ),
    Broken(
        "lever that its scenario has",
        f"{HEAD}scenario: {BAN}\nlevers:\n  - {BAN}: {{from: 2029-04, minimum_hours: 4}}\n",
        4,
        BAN,
        "dates or coverage",
    ),
    Broken("levers that are no list", f"{HEAD}levers: {{{BAN}: {{from: 2027-04}}}}\n", 2, "levers", "a list"),
    Broken("unknown scenario", f"{HEAD}scenario: baselin\n", 2, "scenario", "same folder", "baseline"),
    Broken("scenario in another folder", f"{HEAD}scenario: ../baseline.yaml\n", 2, "scenario", "without a path"),
    Broken(
        "unknown scenario of the axis",
        f"{HEAD}scenarios: [pay_parity, domestic_grwth]\n",
        2,
        "scenarios[1]",
        "same folder",
        "domestic_growth",
    ),
]
DESIGNS = [
    Broken("unknown design", designed("kind: sobl"), 4, "design.kind", "sobol", "sobol"),
    Broken("range in a grid", f"{parameter('search_most: range')}", 3, "search_most", "`steps` in the range"),
    Broken(
        "base sample that is no power of two", designed("kind: sobol, points: 100"), 4, "design.points", "64 or 128"
    ),
    Broken(
        "setting of another design",
        designed("kind: morris, points: 100"),
        4,
        "design.points",
        "trajectories, levels, seed",
    ),
    Broken("odd levels", designed("kind: morris, levels: 5"), 4, "design.levels", "an even number"),
    Broken("no file of points", designed("kind: points"), 4, "design", "the CSV file that holds the points"),
    Broken(
        "file of points that is not there",
        designed("kind: points, file: nowhere.csv"),
        4,
        "design.file",
        "beside the study",
    ),
    Broken(
        "file of points in another folder",
        designed("kind: points, file: ../points.csv"),
        4,
        "design.file",
        "without a path",
    ),
    Broken("nothing to sample", f"{HEAD}design: {{kind: latin_hypercube}}\n", 2, "design", "something that varies"),
    Broken(
        "a grid too large",
        parameter(", ".join(f"{name}: {THOUSAND}" for name in THREE)) + "design: {kind: grid}\n",
        4,
        "design",
        "at most 100,000",
    ),
]
TOO_MANY = "design: {kind: latin_hypercube, points: 1000}"
HEADS = [
    Broken(
        "more runs than can be made",
        f"{HEAD}replicates: 1000\nseed: {{vary: [1, 2]}}\n{TOO_MANY}\n",
        4,
        "design",
        "at most 100,000: fewer points, or fewer replicates",
    ),
    Broken(
        "one outcome by the name of another",
        f"{HEAD}outcomes: [{{name: cost, indicator: turnover}}]\n",
        2,
        "name",
        "a name of its own",
    ),
    Broken("unknown key", f"{HEAD}uncertaintys: {{}}\n", 2, "uncertaintys", "one of", "uncertainties"),
    Broken("missing name", "scale: 0.1\n", 1, "name", "short title"),
    Broken("draws and replicates", f"{HEAD}replicates: 3\ndraws: 3\n", 3, "draws", "one of `draws` and `replicates`"),
    Broken("more draws than there are", f"{HEAD}draws: 4000\n", 2, "draws", "1 to 150"),
    Broken("unknown outcome", f"{HEAD}outcomes: [vacancy_rte]\n", 2, "outcomes[0]", "indicators", "vacancy_rate"),
    Broken(
        "unknown area",
        f"{HEAD}outcomes: [{{name: x, indicator: unmet_share, area: Londn}}]\n",
        2,
        "area",
        "a region",
        "London",
    ),
    Broken(
        "unknown group",
        f"{HEAD}outcomes: [{{name: x, indicator: unmet_share, group: homecare}}]\n",
        2,
        "group",
        "one of all, residential",
        "home_care",
    ),
    Broken(
        "indicator that an area has not",
        f"{HEAD}outcomes: [{{name: x, indicator: cost_programmes, area: London}}]\n",
        2,
        "area",
        "is measured",
    ),
    Broken(
        "indicator that no council has",
        f"{HEAD}outcomes: [{{name: x, indicator: senior_premium, area: Leeds}}]\n",
        2,
        "area",
        "is measured: England or a region",
    ),
    Broken("outcome twice", f"{HEAD}outcomes: [cost, cost]\n", 2, "outcomes", "each outcome once"),
    Broken(
        "outcome named as an axis",
        f"{HEAD}seed: {{vary: [1, 2]}}\noutcomes: [{{name: seed, indicator: cost}}]\n",
        3,
        "outcomes",
        "another name",
    ),
    Broken(
        "stopping by what is not measured",
        f"{HEAD}until: {{outcome: turnver, standard_error: 1, at_most: 9}}\n",
        2,
        "until",
        "turnover",
        "turnover",
    ),
    Broken(
        "stopping before the beginning",
        f"{HEAD}replicates: 5\nuntil: {{outcome: cost, standard_error: 1, at_most: 4}}\n",
        3,
        "until.at_most",
        "5 (how many",
    ),
    Broken("no whole year", f"{HEAD}window: {{from: 2027-05, to: 2028-02}}\n", 2, "window", "from an April"),
    Broken(
        "window that ends before the scenario's",
        f"{HEAD}window: {{from: 2035-04}}\n",
        2,
        "window",
        "not before its beginning",
    ),
    Broken("goal for what is not measured", aimed("minimise: [waiting]"), 4, "goal", "outcome of this study"),
    Broken(
        "goal without a limit", aimed("conditions: [{outcome: cost}]"), 4, "goal.conditions[0]", "at least one limit"
    ),
    Broken("small and large", aimed("minimise: [cost], maximise: [cost]"), 4, "goal.maximise", "each outcome once"),
    Broken(
        "limits that exclude each other",
        aimed("conditions: [{outcome: cost, level_at_least: 5, level_at_most: 1}]"),
        4,
        "goal.conditions[0].level_at_most",
        "can be met together",
    ),
    Broken("year that is none", aimed("year: 2029, minimise: [cost]"), 4, "goal.year", "text"),
    Broken("year in another form", aimed("year: 2029/31, minimise: [cost]"), 4, "goal.year", "such as 2029/30"),
    Broken("year outside the window", aimed("year: 2034/35, minimise: [cost]"), 4, "goal.year", "2030/31"),
    Broken(
        "change without a choice",
        f"{HEAD}goal: {{conditions: [{{outcome: cost, change_at_most: 0}}]}}\n",
        2,
        "goal",
        "levers or scenarios",
    ),
]
EVERYTHING = [*AXES, *LEVERS, *DESIGNS, *HEADS]
