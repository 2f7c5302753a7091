"""What the page says of each virtual experiment: how it is made, and why the model fails where it does."""

from __future__ import annotations

from sim.validity.experiments.evidence import Figure

METHOD = """A causal estimate compares what happened with what would have happened otherwise. In the model both can
be had: each experiment runs the same draw with the same people and the same luck twice, with and without the
change, and the difference is the change's doing. {runs}; intervals hold the draws only. A figure passes if the mean
of the draws lies in the published range, and where nothing but a sign was published, if 90% of the draws have that
sign. *Tests* set the model beside causal estimates, a *control* shows that an experiment that finds nothing could
have found something, *plausibility checks* rest on evidence without a control group or from another country. A dash
means that nothing is judged."""

TITLES = {
    "panel": "Pay and leaving: a panel regression, 2016 to 2019",
    "supermarket": "A supermarket opens beside care homes",
    "living_wage": "The National Living Wage of April 2016",
    "vaccination": "Vaccination as a condition of work in care homes",
    "travel": "Travel between visits is paid",
    "portability": "Visas that are free of the sponsor",
    "floors": "The pay floors of Scotland and Wales",
}

DESIGNS = {
    "panel": """Direct care staff of the council and independent sectors are seen each October from 2016 to 2018;
the outcome is whether the job has ended a year later. It is regressed on log pay, by ordinary least squares, with
hours, zero hours, tenure, age, gender, qualification, role, service, sector, travel, region and year; then with a
constant for each employer; then with one for each employer and one for each person, so that only changes of pay
within a person count; and with one for each job. Which exact form was published could not be seen. Coefficients are
shown for pay a tenth higher. What such a regression tries to estimate can be had directly: one employer in ten pays
all staff a tenth more from April 2017, at a cost that nobody in the market bears, and the same employers' staff are
followed for a year with and without.""",
    "supermarket": """Vacancies outside care rise as a large supermarket recruits: by half for three months,
slightly afterwards (sizes are assumptions). This happens everywhere in England at once, in April 2017, which gives
the average over many openings; each draws on its own neighbourhood, as markets in the model are local. The positive
control raises low pay outside care by a tenth in the same month and market.""",
    "living_wage": """The population of April 2016 is taken back a year: pay above the floor is a year's growth of
earnings lower and the floor is the minimum wage of the time (6.50, from October 2015 6.70). From April 2016 one
world gets the National Living Wage of 7.20 from age 25, the other keeps 6.70 and gets 6.95 in October 2016. Both
have the same fees. Care workers of independent employers are compared in March 2017. Approximated: other law is
that of April 2016; low pay outside care keeps its ratio to the floor; employers aim at the lead over the floor that
they had in 2016, so that of the pay gain of those well above the floor up to one year's growth of earnings, less what
keeping up with earnings within the year lifts in both worlds, is no effect of the policy; and people of 21 to 24 on
less than the adult rate keep their pay.""",
    "vaccination": """The baseline holds the condition of work in care homes from September 2021 to February 2022;
it is compared with the same months without it. This is the weakest of the tests: how many staff were unvaccinated
is an input, and the parameters for who leaves come from the same study. What the model adds is who is replaced in
time, and where.""",
    "travel": """All travel between visits is paid from April 2017, by new money for councils and the NHS and by
higher fees of people who pay for themselves. The second year is compared.""",
    "portability": """Sponsored visas are free of the sponsor for five years from November 2022. Staff who were
sponsored in October 2022 are followed to March 2024. The published figure is from the Emirates, for all sectors.""",
    "floors": """England is given a floor at the real living wage, fully paid for, in October 2016 as Scotland was
and in April 2022 as Wales was. The first lies 14.6% above the National Living Wage of the time, the second 4.2%.
Nothing was published that separates the effect of either floor from what else happened.""",
}

MECHANISMS = {
    "panel_both_effects": """Regression with effects of employers and people: such a regression learns from people
who are seen more than once, and in the model most of what it learns comes from those who change employer. They
leave a job for one that pays better, so that leaving and lower pay meet in the same person without the one having
caused the other; among people who stay with an employer (effects of jobs) the sign turns round in the mean of the
draws. The direct experiment shows the effect of a raise without that.""",
    "own_raise": """One employer's raise: looking for a job, accepting one and leaving without one all weigh pay by
parameters that calibration moved away from the values at which the published effect comes out.""",
    "supermarket_staff": """Supermarket: offers from outside care reach staff of care homes in proportion to
vacancies outside, and too many of them are better than the job in care.""",
    "outside_pay_leaving": """Positive control: outside pay does not move leaving, so the supermarket test shows
nothing.""",
    "nlw_pay": "Pay: the gain does not have the sign in enough draws.",
    "nlw_spread": """Compression: employers aim at their lead over the floor and so follow it upwards wherever
margins allow.""",
    "nlw_young": """Below 25: most employers in the model pay the adult rate to all, so that pay of the young should
follow it; it does not in enough draws.""",
    "nlw_zero_hours": """Zero hours: in the model an employer's use of zero hours is a lasting trait. It answers to
law on contracts but not to the cost of labour, so the floor cannot raise it. The rise found after April 2016 has no
mechanism here, and policies that raise pay look better for security of hours than they may be.""",
    "nlw_closures": """Closures: losses raise the chance of closing, and where fees do not follow, the floor turns
margins into losses faster than employers found ways around it.""",
    "nlw_staff": "Staff: costs that fees do not meet lead employers to staff fewer posts.",
    "nlw_hours": """Hours: posts in the model follow the care that is bought and its fee, and hours of each post are
those that people want; employers who stay open do not cut the hours of a post when labour becomes dearer. The loss
of hours found after April 2016 is therefore missing within the year.""",
    "vaccination_staff": """Vaccination: more go because of the condition than are missing at the end of it. Some
would have left in these months anyway, and others are replaced: the model fills posts in care homes within the half
year that the condition lasts. Losses counted at the height of the condition would be larger.""",
    "vaccination_by_place": "Vaccination by place: the loss is not larger where other jobs are easy to find.",
    "travel_turnover": "Travel: turnover answers to pay for the day by more than in the published case.",
    "travel_effective_pay": "Travel: unpaid travel takes more of the day than in the published example.",
    "portability_moves": """Portability: staff whose visas are tied are taken by licensed employers alone, and for a
part of their posts, as recruits from overseas are. Freeing them opens all employers and posts at once, so that moves
rise several times. In the Emirates they more than doubled, for which the range goes up to three.""",
    "portability_recruits": """Recruits: fewer licences are asked for when staff may leave, but where grants do not
bind, posts left by staff who moved may be filled from overseas. Not tested.""",
    "wales_turnover": "Wales: turnover does not fall in enough draws, or by more than evaluators would have missed.",
    "scotland_turnover": "Scotland: turnover does not fall in enough draws.",
}

BELOW = (
    "panel_both_effects", "supermarket_staff", "nlw_staff", "travel_turnover",
)  # fmt: skip
ABOVE = ("nlw_closures", "vaccination_staff", "travel_effective_pay", "portability_moves")
"""Figures with two ends to their range whose mechanism explains why the model lies below it, or above it."""
NO_REASON = "{label}: no reason is known yet."


def why(figure: Figure, mean: float) -> str:
    """Why a figure that fails does, where its mechanism explains the side of the range on which the model lies."""
    below, above = mean < figure.low, mean > figure.high
    unexplained = (below and figure.name in ABOVE) or (above and figure.name in BELOW)
    if unexplained or figure.name not in MECHANISMS:
        return NO_REASON.format(label=figure.label)
    return MECHANISMS[figure.name]


SUPPLY_DESIGN = """How many more people would work in care if all of care paid more and nobody else did is the most
disputed number behind any conclusion on pay. Published estimates (2 in care homes, 5 in home care, 4 overall) infer
it: they measure how much less people leave employers who pay more, and take recruits to respond as much again. But
an employer's raise is also a lead over other care employers, which a raise for everybody is not; evidence on
relative pay therefore implies the low end. In the model pay of all care staff is raised by 5% for five years before
April 2016, in months in which nothing else changes and employers leave pay where it is, and responses over the last
three years are stated for each 1%. *Labour supply* is the response of people outside who apply less the response of
the chance of leaving care: in a steady state staff are those who come over the rate at which they go. {runs};
intervals hold the draws only.

For the second table, people are made to respond to what a policy adds to care pay as if it were more or less, by as
much as takes each draw's own response to 0.5, 2 or 4: pay outside care and in the NHS looks lower or higher to them
in proportion, while employers and payers bear what the raise costs. How people compare care employers with one
another stays as it is, so that the part of turnover that is moves within care does not change. Without the policy
nothing differs. Policies begin in April 2025 and are fully paid for; effects are those of the third year."""
