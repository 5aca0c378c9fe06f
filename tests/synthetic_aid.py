"""Aid flows and rated projects made from known rules, for tests that need some: no reference file is in the project."""

from __future__ import annotations

import numpy as np
import pandas as pd

from afteraid.experiments.calibration.panel import Panel
from afteraid.simulation.data import load_countries, load_world


def recipients(count: int) -> list[str]:
    """Some economies of the DAC list."""
    table = load_countries()
    return list(table.loc[table["dac_recipient"] == 1, "iso3"].iloc[:count])


def made_panel(last: int = 2025) -> Panel:
    """The embedded paths as a panel, with use as it was."""
    world = load_world()
    years, economies = pd.RangeIndex(2000, 2000 + len(world.income), name="year"), world.countries["iso3"]
    wide = {
        name: pd.DataFrame(values, index=years, columns=economies).loc[:last]
        for name, values in (("use", 1 / (1 + np.exp(-world.use_path))), ("income", world.income),
                             ("population", world.population))
    }  # fmt: skip
    return Panel(wide["use"], wide["income"], wide["population"], "made", {})


def made_flows(
    inertia: float = 0.6, common: float = 0.2, population: float = 0.5, income: float = -0.4, seed: int = 1,
    donors: int = 24, economies: int = 70, years: int = 14,
) -> pd.DataFrame:  # fmt: skip
    """Flows of donors with autoregressive ln shares, with noise that a recipient's donors partly have in common."""
    generator, panel, places = np.random.Generator(np.random.PCG64(seed)), made_panel(), recipients(economies)
    sizes = population * np.log(panel.population[places]) + income * np.log(panel.income[places])
    size = sizes.loc[2009 : 2008 + years].to_numpy()
    tie = generator.standard_normal((donors, economies))
    state = tie + 0.5 / np.sqrt(1.0 - inertia**2) * generator.standard_normal((donors, economies))
    rows = []
    for row in range(years):
        shock = np.sqrt(common) * generator.standard_normal(economies)
        own = np.sqrt(1.0 - common) * generator.standard_normal((donors, economies))
        state = inertia * state + (1.0 - inertia) * tie + 0.5 * (shock + own)
        weight = np.exp(state + size[row])
        amounts = 1000.0 * weight / weight.sum(axis=1, keepdims=True)
        for donor in range(donors):
            rows.append(pd.DataFrame({"donor": f"D{donor:02}", "recipient": places, "year": 2009 + row,
                                      "oda_gross": amounts[donor]}))  # fmt: skip
    return pd.concat(rows, ignore_index=True)


def made_budgets(volatility: float = 0.2, persistence: float = 0.6, donors: int = 30, seed: int = 1) -> pd.DataFrame:
    """Budgets whose logarithm is autoregressive around a trend."""
    generator, rows = np.random.Generator(np.random.PCG64(seed)), []
    for donor in range(donors):
        state = 0.0
        for year in range(1995, 2023):
            state = persistence * state + volatility * generator.standard_normal()
            rows.append((f"D{donor:02}", year, 1e9 * np.exp(0.03 * (year - 1995) + state)))
    return pd.DataFrame(rows, columns=["donor", "year", "oda_given_usd2023"])


def made_projects(
    hazard: float = 0.05, fragile: float = 0.5, governance: float = 0.3, between: float = 0.5, spread: float = 0.35,
    count: int = 6000, seed: int = 1,
) -> pd.DataFrame:  # fmt: skip
    """World Bank projects that fail by a hazard that differs between countries."""
    generator = np.random.Generator(np.random.PCG64(seed))
    table = load_countries().set_index("iso3")
    score = (table["governance"] - table["governance"].mean()) / table["governance"].std()
    places = np.array(recipients(110))
    luck = between * generator.standard_normal(places.size) - 0.5 * between**2
    chosen = generator.integers(places.size, size=count)
    years = np.maximum(np.rint(6.0 * np.exp(spread * generator.standard_normal(count))), 1.0)
    weak = (generator.random(count) < 0.2).astype(int)
    eta = np.log(hazard) + fragile * weak - governance * score[places[chosen]].to_numpy() + luck[chosen]
    failed = generator.random(count) < 1.0 - np.exp(-np.exp(eta) * years)
    approved = 2000 + generator.integers(10, size=count)
    return pd.DataFrame({
        "iso3": places[chosen], "outcome": np.where(failed, 3, 4), "fcs": weak, "ict": 0, "practice": "Water",
        "instrument": "IPF", "approval_fy": approved, "closing_fy": approved + years.astype(int),
    })  # fmt: skip
