"""CareLabourModel is an honest Mesa model: Mesa's own tools work on agents that live in columns."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import matplotlib as mpl
import mesa
import numpy as np
import pytest
from mesa import DataCollector, batch_run

from sim.agents.care_worker import CareWorker
from sim.agents.columns import AgentGone
from sim.agents.local_authority import LocalAuthority
from sim.agents.nhs_employer import NHSEmployer
from sim.agents.provider import Provider
from sim.model import CareLabourModel
from sim.outlook import ENACTED_CENTRAL, outlook_of
from sim.quick_look import QUICK_LOOK
from sim.rules.job_value import match_belief
from sim.scenario import ScenarioError
from sim.units import NOBODY, LeaveReason, Role, Sector, Service, Status, Visa
from sim.virtual_market import virtual_market

SCALE = 0.004


@pytest.fixture(scope="module")
def model() -> CareLabourModel:
    """A market after half a year; tests here only look at it, or put back what they change."""
    market = virtual_market(sponsored=[0.2, 0.0], vacancies=0.2)
    for _ in range(6):
        market.step()
    return market


def workers_of(model: CareLabourModel) -> Any:
    return model.agents_by_type[CareWorker]


# The model


def test_a_step_is_mesas_step() -> None:
    market = virtual_market(providers=4)
    assert isinstance(market, mesa.Model)
    market.step()
    market.step()
    assert market.steps == 2
    assert market.running
    assert market.month_name == "2006-06"


def test_agents_stand_under_mesas_names(model: CareLabourModel) -> None:
    assert model.agent_types == [CareWorker, Provider, NHSEmployer, LocalAuthority]
    sizes = {kind: len(agents) for kind, agents in model.agents_by_type.items()}
    assert sizes[CareWorker] == len(model.workers) > 1000
    assert sizes[LocalAuthority] == 2
    assert len(model.agents) == sum(sizes.values())
    assert all(isinstance(agent, mesa.Agent) for agent in workers_of(model).select(at_most=5))


def test_a_model_built_from_simple_arguments_starts_in_april_2016_and_stops_after_its_window() -> None:
    model = CareLabourModel(scenario="zero_hours_ban", scale=SCALE, seed=3)
    assert (model.month_name, model.steps) == ("2016-04", 0)
    assert model.levers[0].name == "zero_hours_ban"
    assert model.outlook == ENACTED_CENTRAL
    assert (
        CareLabourModel(virtual_market(1, 2, 2).world, outlook=outlook_of("announced")).outlook.baseline == "announced"
    )
    model.step()
    assert model.datacollector.get_model_vars_dataframe()["month"].tolist() == ["2016-04"]
    model.last_month = model.month
    model.run_model()
    assert (model.month_name, model.running) == ("2016-06", False)


def test_what_a_model_cannot_be_made_from_is_said() -> None:
    with pytest.raises(ValueError, match="scale must lie between"):
        CareLabourModel(scale=0.0)
    with pytest.raises(ScenarioError, match="zero_hours_ban"):
        CareLabourModel(scenario="zero_hour_ban")
    with pytest.raises(TypeError, match="scenery"):
        CareLabourModel(scenery="baseline")  # type: ignore[call-arg]


def test_models_are_freed_and_leave_no_trace_in_mesa() -> None:
    before = len(mesa.Agent._ids)
    market = virtual_market(providers=4)
    market.step()
    market.agents_by_type[CareWorker].get("age_years")
    gone = weakref.ref(market)
    del market
    gc.collect()
    assert gone() is None
    assert len(mesa.Agent._ids) == before


# Sets of agents


def test_select(model: CareLabourModel) -> None:
    workers = workers_of(model)
    seniors = workers.select(lambda one: one.role == Role.SENIOR_CARE_WORKER and one.in_care)
    by_column = workers.select(
        where=(model.workers.role == Role.SENIOR_CARE_WORKER) & (model.workers.status == Status.CARE)
    )
    assert list(seniors) == list(by_column)
    assert len(seniors) == model.providers.posts_filled[:, Role.SENIOR_CARE_WORKER].sum()
    assert len(workers.select(at_most=0.1)) == len(workers) // 10


def test_get_and_agg(model: CareLabourModel) -> None:
    workers = workers_of(model).select(where=model.workers.status == Status.CARE)
    assert workers.agg("pay", np.mean) == pytest.approx(np.mean(workers.get("pay")))
    ages = workers.get("age_years")
    assert min(ages) >= 16
    assert all(isinstance(status, Status) for status in workers.get("status")[:5])


def test_groupby(model: CareLabourModel) -> None:
    in_care = workers_of(model).select(where=model.workers.status == Status.CARE)
    heads = in_care.groupby("role").count()
    assert heads[Role.CARE_WORKER] == model.providers.posts_filled[:, Role.CARE_WORKER].sum()
    pay = in_care.groupby("visa").agg("pay", np.mean)
    assert {Visa.UNRESTRICTED, Visa.SPONSORED} <= set(pay)


def test_do_and_shuffle_do_reach_everybody_once(model: CareLabourModel) -> None:
    met: list[int] = []

    def meet(worker: CareWorker) -> None:
        met.append(worker.unique_id)

    workers = workers_of(model)
    workers.do(meet)
    assert met == workers.get("unique_id")
    met.clear()
    workers.shuffle_do(meet)
    assert met != workers.get("unique_id")
    assert sorted(met) == sorted(workers.get("unique_id"))


def test_set_writes_the_column_that_kernels_read() -> None:
    market = virtual_market(providers=4)
    market.agents_by_type[Provider].select(lambda one: one.council == 1).set("margin", 0.5)
    assert (market.providers.margin[market.providers.council == 1] == 0.5).all()
    market.agents_by_type[Provider][0].posted_pay[Role.CARE_WORKER] = 1500
    before = market.providers.posted_pay[0, Role.CARE_WORKER]
    market.step()
    assert market.providers.posted_pay[0, Role.CARE_WORKER] >= before == 1500


# Collecting and batches


def test_data_collector_follows_model_and_kinds_of_agent(model: CareLabourModel) -> None:
    market = virtual_market(providers=10)
    market.datacollector = DataCollector(
        model_reporters={**QUICK_LOOK, "mean_pay": lambda one: workers_of(one).agg("pay", np.mean)},
        agenttype_reporters={Provider: {"staff": lambda one: len(one.staff()), "margin": "margin"}},
    )
    for month in range(3):
        if month == 2:
            market.providers.active[:3] = 0
            market.providers.closed[:3] = market.month - 1
        market.step()
    of_model = market.datacollector.get_model_vars_dataframe()
    assert of_model["month"].tolist() == ["2006-04", "2006-05", "2006-06"]
    assert of_model["posts_filled"].iloc[-1] == market.providers.posts_filled.sum()
    assert of_model["vacancy_rate"].between(0, 1).all()
    closed = market.ledger.leavers[..., LeaveReason.CLOSURE].sum()
    assert closed > 0
    assert of_model["leavers"].iloc[-1] == market.ledger.leavers.sum() - closed
    of_providers = market.datacollector.get_agenttype_vars_dataframe(Provider)
    assert len(of_providers) == 3 * len(market.providers)
    assert of_providers.loc[3, "staff"].sum() == market.providers.posts_filled.sum()


@pytest.mark.parametrize("processes", [1, 2])
def test_batch_run_takes_scenarios_and_seeds(processes: int) -> None:
    rows = batch_run(
        CareLabourModel,
        {"scenario": ["baseline", "zero_hours_ban"], "scale": SCALE, "seed": [1, 2]},
        number_processes=processes,
        max_steps=3,
        data_collection_period=1,
        display_progress=False,
    )
    found = {(row["scenario"], row["seed"], row["month"]): row["posts_filled"] for row in rows}
    assert {month for _, _, month in found} >= {"2016-04", "2016-05", "2016-06"}
    # The ban begins years later, so the same seed gives the same past; another seed gives another.
    assert found["baseline", 1, "2016-06"] == found["zero_hours_ban", 1, "2016-06"]
    assert found["baseline", 1, "2016-06"] != found["baseline", 2, "2016-06"]


# A page


@pytest.mark.filterwarnings("ignore:(?s).*ComponentsView:UserWarning")
def test_a_solara_page_draws_the_model_steps_it_and_changes_the_scenario() -> None:
    # Mesa's page breaks a rule of its own toolkit, which warns of it: hence the one warning let through.
    mpl.use("agg")
    import ipyvuetify
    import ipywidgets
    import solara
    from mesa.visualization import Slider, SolaraViz, make_plot_component

    market = solara.reactive(CareLabourModel(scale=SCALE))
    market.value.step()
    page = SolaraViz(
        market,
        components=[make_plot_component("vacancy_rate"), make_plot_component("unmet_share")],
        model_params={
            "scenario": {
                "type": "Select",
                "label": "policy",
                "value": "baseline",
                "values": ["baseline", "zero_hours_ban"],
            },
            "seed": Slider("seed", value=1, min=1, max=9, step=1),
            "scale": SCALE,
        },
    )
    _, shown = solara.render(solara.AppLayout(children=[page]), handle_error=False)
    try:
        charts = [bytes(image.value) for image in shown.find(ipywidgets.Image).widgets]
        assert [chart[:4] for chart in charts] == [b"\x89PNG"] * 2
        buttons = {str(button.children[0]): button for button in shown.find(ipyvuetify.Btn).widgets}
        buttons["Step"].click()
        assert market.value.steps == 2
        assert [bytes(image.value) for image in shown.find(ipywidgets.Image).widgets] != charts
        (scenario,) = shown.find(ipyvuetify.Select).widgets
        scenario.v_model = "zero_hours_ban"
        buttons["Reset"].click()
        assert [lever.name for lever in market.value.levers] == ["zero_hours_ban"]
        assert market.value.steps == 0
    finally:
        shown.close()


# What one agent can tell


def test_a_worker_values_the_job_as_the_kernels_do(model: CareLabourModel) -> None:
    rows = np.flatnonzero(model.workers.uid)
    values = model.value_of_jobs(rows)
    for place in range(0, rows.size, 50):
        assert model.workers[int(rows[place])].value_of_job() == values[place]


def test_a_job_is_worth_more_with_better_pay(model: CareLabourModel) -> None:
    worker = workers_of(model).select(lambda one: one.in_care, at_most=1)[0]
    pay, before = worker.pay, worker.value_of_job()
    worker.pay = pay * 2
    assert worker.value_of_job() >= before + np.log(2) - 1e-12
    worker.pay = pay


def test_what_workers_say_of_themselves_agrees_with_the_tables(model: CareLabourModel) -> None:
    workers = model.workers
    month = model.month - 1
    for worker in workers_of(model).select(at_most=200):
        row = worker.row
        assert worker.age_years == (month - workers.birth_month[row]) // 12
        assert worker.in_care == (workers.employer[row] != NOBODY and workers.status[row] == Status.CARE)
        if worker.in_care:
            assert worker.provider == model.providers[int(workers.employer[row])]
            assert worker.months_in_post == month - workers.job_start[row]
            belief = match_belief(worker.match, worker.first_impression, worker.months_in_post, model.p)
            assert worker.belief_in_match() == belief
        else:
            assert worker.provider is None
            assert worker.months_in_post == 0
    tied = [one.tied for one in workers_of(model)]
    assert sum(tied) == (workers.visa == Visa.SPONSORED).sum() > 0


def test_what_providers_say_of_themselves_agrees_with_the_tables(model: CareLabourModel) -> None:
    for provider in model.agents_by_type[Provider]:
        columns, row = model.providers, provider.row
        assert len(provider.staff()) == columns.posts_filled[row].sum()
        sought, filled = columns.posts_sought[row, Role.CARE_WORKER], columns.posts_filled[row, Role.CARE_WORKER]
        assert provider.vacancy_rate() == (max(sought - filled, 0) / sought if sought else 0.0)
        assert provider.care_bought == columns.demand_minutes[row].sum()
        assert 0.0 <= provider.missed_share <= 1.0


def test_what_councils_and_the_nhs_say_of_themselves_agrees_with_the_tables(model: CareLabourModel) -> None:
    councils = list(model.agents_by_type[LocalAuthority])
    for council in councils:
        assert council.unmet_share == pytest.approx(
            (council.waiting_minutes.sum() + council.trimmed_minutes.sum()) / council.need_minutes.sum()
        )
        assert council.overspend == pytest.approx(council.spent / council.budget - 1)
    assert sum(len(council.providers()) for council in councils) == (model.providers.active == 1).sum()
    employer = model.agents_by_type[NHSEmployer][0]
    assert 0.0 < employer.vacancy_rate() < 1.0
    assert employer.vacancy_rate(Role.OTHER) == 0.0


def test_a_view_does_not_outlive_its_agent() -> None:
    market = virtual_market(providers=10)
    worker = workers_of(market)[0]
    market.workers.uid[worker.row] = 0
    with pytest.raises(AgentGone):
        worker.value_of_job()


# Made-up markets


def test_a_virtual_market_is_what_was_asked_for() -> None:
    market = virtual_market(
        councils=3,
        providers=30,
        workers_per_provider=[10, 20],
        sector=[Sector.INDEPENDENT, Sector.COUNCIL],
        pay=[800, 900],
        seniors=0.2,
        vacancies=0.1,
    )
    table = market.providers
    places = table.rows()[table.active[table.rows()] == 1]
    assert np.bincount(table.council[places]).tolist() == [10, 10, 10]
    assert table.posts_filled[places].sum(axis=1).tolist() == [10, 20] * 15
    assert table.posted_pay[places, Role.CARE_WORKER].tolist() == [800, 900] * 15
    assert table.posts_filled[places, Role.SENIOR_CARE_WORKER].tolist() == [2, 4] * 15
    assert len(market.workers) == 450
    with pytest.raises(ValueError, match="NURSING of COUNCIL"):
        virtual_market(service=Service.NURSING, sector=Sector.COUNCIL)


def test_nothing_outside_a_virtual_market_changes_for_ten_years() -> None:
    market = virtual_market(providers=4)
    first = market.law_of(market.month)
    for month in range(market.month, 0):
        for name, values in market.law_of(month)._asdict().items():
            np.testing.assert_array_equal(values, getattr(first, name), err_msg=f"{name} in month {month}")
