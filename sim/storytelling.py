"""Words for what happens to people: pieces of the sentences that stories are made of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sim.employers import DIRECT_PAYMENTS

Row = dict[Any, Any]
SHORT_OF_STAFF, BAD_MATCH, HOURS_WANTING, UNPAID = 0.05, -0.05, 4.0, 0.3
"""From when on a story mentions how a job was: the team's shortfall (share of its work), the match (log pay), hours a
week, pounds an hour lost to unpaid travel."""
ORIGINS = {"british": "British", "eu": "from the EU", "non_eu": "from outside the EU"}
WITHOUT_CARE_JOB = {
    "nhs": "has a job in {employer}",
    "other_work": "works outside care",
    "seeking": "is out of work and looks for a job",
    "agency": "works in care for an agency",
    "not_working": "is neither in work nor looking for it",
    "recruit_local": "is about to start in care, with {next_employer}",
    "recruit_from_abroad": "is about to start in care, with {next_employer}",
}
OF_OWN_ACCORD = ("care_job", "nhs_job", "other_job", "no_work", "probation", "caring")
"""Reasons for leaving with which it is told how the job was."""


class Person(NamedTuple):
    """How somebody is spoken of."""

    she: str
    her: str
    title: str


def person(row: Row) -> Person:
    """Pronouns and a line that says who somebody is, from a row of the panel."""
    woman = row["gender"] == "female"
    ethnicity = row["ethnicity"].replace("_", " ")
    title = f"A {'woman' if woman else 'man'} of {row['age']}, {ethnicity}, {ORIGINS[row['nationality']]}, "
    return Person("She" if woman else "He", "Her" if woman else "His", f"{title}who lives in {row['council']}")


def pounds(value: float) -> str:
    """A rate of pay."""
    return f"\u00a3{value:.2f} an hour"


def role_name(code: str) -> str:
    """A role with its article."""
    words = {"other": "member of the other staff"}.get(code, code.replace("_", " "))
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def at(employer: str) -> str:
    """An employer with its article."""
    if employer.startswith("NHS"):
        return f"the {employer}"
    return employer if employer.startswith(DIRECT_PAYMENTS) else f"a {employer}"


def the(employer: str) -> str:
    """An employer that has been spoken of."""
    return f"the {employer.partition(',')[0]}"


def hours(contract: float, worked: float) -> str:
    """Hours and how far they are guaranteed."""
    week = f"{worked:.0f} hours a week"
    if contract == 0.0:
        return f"{week} without guaranteed hours"
    return week if contract >= worked else f"{week}, {contract:.0f} of them guaranteed"


def situation(row: Row) -> str:
    """What somebody does, from a row of the panel."""
    if row["place"] in WITHOUT_CARE_JOB:
        names = {name: at(row[name]) for name in ("employer", "next_employer") if row[name]}
        return WITHOUT_CARE_JOB[row["place"]].format(**names)
    job = f"works as {role_name(row['role'])} with {at(row['employer'])}"
    told = f"{job}, at {pounds(row['pay'])}, {hours(row['contract_hours'], row['hours'])}"
    return f"{told}, in the job for {length(row['months_in_place'])}"


def length(months: int) -> str:
    """A length of time in words."""
    years = months // 12
    if years:
        return "a year" if years == 1 else f"{years} years"
    return "less than a month" if months == 0 else "a month" if months == 1 else f"{months} months"


def _terms(event: Row) -> str:
    """Pay and hours of the job after an event."""
    return f"at {pounds(event['pay_after'])}, {hours(event['contract_hours_after'], event['hours_after'])}"


def _job(event: Row) -> str:
    """Role and employer after an event."""
    return f"{role_name(event['role_after'])} with {at(event['employer_after'])}"


def _arrives(event: Row) -> str:
    if event["from"] == "overseas_sponsored":
        return f"is granted a visa to come from overseas, as {_job(event)}"
    came = ", having come to England by another route than sponsorship," if event["from"] == "overseas_other" else ""
    return f"is hired out of low-paid work or joblessness{came} as {_job(event)}, to start once checks are done"


def _changes_employer(event: Row) -> str:
    was, now = event["pay_before"], event["pay_after"]
    pay = f"{pounds(now)} as before" if was == now else f"{pounds(now)} instead of \u00a3{was:.2f}"
    near, far = f"{event['distance_after']:.0f}", f"{event['distance_before']:.0f}"
    away = f"{near} km from home" + ("" if near == far else f" instead of {far}")
    week = hours(event["contract_hours_after"], event["hours_after"])
    return f"leaves for another care job, as {_job(event)}: {pay}, {week}, {away}"


def _contract_changes(event: Row) -> str:
    was, now = (hours(event[f"contract_hours_{when}"], event[f"hours_{when}"]) for when in ("before", "after"))
    # Minutes more or less are not worth a line, and would read as no change at all.
    return "" if was == now else f"has {now} from now on, instead of {was}"


def _leaves_model(event: Row) -> str:
    if event["from"].startswith("recruit"):
        return "does not take up the job in care after all, and is followed no further"
    ends = {
        "retired": "retires from agency work",
        "ill_health": "gives up agency work for good, for ill health",
        "abroad": "may not stay any longer, without a new sponsor in time, and leaves the country",
        "nhs_staff": "has been with the NHS for three years and is followed no further",
        "local_pool": "has been out of care for three years and is followed no further",
    }
    return ends[event["to"]]


TOLD: dict[str, Callable[[Row], str]] = {
    "arrives": _arrives,
    "offer_falls_through": lambda event: (
        f"does not start with the {event['employer_after']}, where a job had been accepted"
    ),
    "starts_job": lambda event: f"starts as {_job(event)}, {_terms(event)}, {event['distance_after']:.0f} km from home",
    "changes_employer": _changes_employer,
    "changes_role": lambda event: f"becomes {role_name(event['role_after'])} in the same place, {_terms(event)}",
    "goes_with_contract": lambda event: (
        f"goes over to {at(event['employer_after'])}, which has won the contract, on the same terms"
    ),
    "takes_other_work": lambda event: f"takes a job outside care, at {pounds(event['pay_after'])}",
    "takes_agency_work": lambda event: f"works for an agency from now on, at {pounds(event['pay_after'])}",
    "gives_up_agency_work": lambda event: "gives up agency work, and looks for no other",
    "seeks_again": lambda event: "looks for work again",
    "leaves_model": _leaves_model,
    "contract_changes": _contract_changes,
    "fit_changes": lambda event: f"finds that the job fits {event['reason']} than before, as circumstances changed",
    "settles": lambda event: "is no longer tied to a sponsor and may work for anybody",
}
"""Sentences by event, without who it happened to; empty for what is not worth telling."""


def leaving(event: Row) -> str:
    """How somebody leaves a care job for something else, or for good."""
    if event["to"] == "abroad" and event["reason"] == "visa":
        return "leaves the job and the country, as the permission to stay has ended"
    if event["to"] == "abroad":
        return "gives up the job, and with it the right to stay, and leaves the country"
    pay = f"at {pounds(event['pay_after'])} instead of \u00a3{event['pay_before']:.2f}"
    place = the(event["employer_before"])
    return {
        "nhs_job": f"leaves care for {at(event['employer_after'])}, {pay}",
        "other_job": f"leaves care for a job outside, {pay}",
        "caring": "gives up work to care for somebody close",
        "agency_work": f"leaves the post for agency work, {pay}",
        "no_work": "gives up work, for family, study or other reasons",
        "retirement": "retires",
        "ill_health": "leaves work for good, for ill health",
        "probation": "leaves within the first months, as the job did not work out",
        "visa": f"loses the job, as {place} lost the licence to sponsor, and has to find another sponsor",
        "closure": f"loses the job, as {place} closed",
        "vaccination": "leaves under the vaccination condition and takes work outside care",
    }[event["reason"]]


def at_the_time(event: Row, before: Row | None) -> str:
    """How the job was that somebody left of their own accord, from the panel of the month before."""
    if before is None or event["reason"] not in OF_OWN_ACCORD or event["employer_before"] != before["employer"]:
        return ""
    said = []
    if before["strain_of_team"] >= SHORT_OF_STAFF:
        said.append(f"the team was {before['strain_of_team']:.0%} short of staff")
    if before["belief_in_match"] <= BAD_MATCH:
        said.append("the job had turned out not to suit")
    wanting = before["wanted_hours"] - before["hours"]
    if wanting >= HOURS_WANTING:
        said.append(f"there were {wanting:.0f} hours a week fewer than wanted")
    unpaid = before["pay"] - before["effective_pay"]
    if unpaid >= UNPAID:
        said.append(f"unpaid travel took {pounds(unpaid)} off the pay")
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)
