"""The headlines don't reward leaving: abrupt exits rank below planned ones, and the order is told with its reason."""

from __future__ import annotations

import pandas as pd
import pytest

from afteraid.experiments.trust.leaving import ABRUPT, GONE, HANDOVER, PHASED, RANKED, WORLDS, answer_of, leaving, order
from afteraid.simulation.measures.headlines import ADDITIONAL, SERVING, STRANDED
from afteraid.simulation.scenario.scenario import load_scenario, settings_of_budgets

SMALL: dict[str, object] = {"run.spinup": 2012, "run.end": 2042}


def test_the_exits_that_are_compared_have_equal_appropriations() -> None:
    plans = [load_scenario(*WORLDS[name]) for name in (ABRUPT, PHASED, HANDOVER)]
    assert all(settings_of_budgets(plan) == settings_of_budgets(plans[0]) for plan in plans)


@pytest.mark.slow
def test_abrupt_exits_rank_below_planned_ones_on_what_serves_and_on_stranded_capital() -> None:
    found = leaving(1, SMALL)
    for name in (*SERVING, STRANDED):
        ranked = order(found, name)
        assert ranked.index(ABRUPT) > ranked.index(PHASED), name
    assert found.at[GONE, "additional_user_years"] < found.at[ABRUPT, "additional_user_years"]
    assert order(found, "use")[-1] == GONE and order(found, "gap")[-1] == GONE
    said = answer_of(found).sentences
    assert len(said) == len(RANKED) + 1 and "ranks first on additional" in said[-1] or "does not rank" in said[-1]


def test_the_order_goes_by_what_is_better_and_the_reason_is_told_only_where_leaving_wins() -> None:
    worth = {name: float(place) for place, name in enumerate(WORLDS, start=1)}
    table = pd.DataFrame({name: worth for name in (*RANKED, *ADDITIONAL[1:])})
    assert order(table, ADDITIONAL[0])[0] == GONE and order(table, STRANDED)[0] == ABRUPT
    assert "counted over more years" in answer_of(table).sentences[-1]
    assert "does not rank first" in answer_of(-table).sentences[-1]
