"""Fill what the Factbook leaves empty, by a stated rule for each column, and say in which rows it was done.

Each rule is a regression on columns that are known. A column that would be filled in more rows than its cap raises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from regression import Floats, LinearFit, fit_line, log_odds, share_of, significant, terms_of

# Largest share of rows that may be filled, by column: above it the column would be more rule than record.
CAPS = {
    "income_group": 0.08,
    "urban_share": 0.05,
    "urban_growth": 0.05,
    "gdp_per_capita": 0.15,
    "gdp_per_capita_year": 0.15,
    "gdp_growth": 0.10,
    "gdp_nominal": 0.05,
    "gini": 0.40,
    "log_income_sd": 0.40,
    "government_revenue": 0.25,
    "government_expenditure": 0.25,
    "electricity": 0.06,
    "electricity_urban": 0.15,
    "electricity_rural": 0.15,
    "mobile_subscriptions": 0.06,
    "literacy": 0.50,
}
NEVER_FILLED = ("population", "population_year", "internet_use", "internet_use_year")
INCOME_ORDER = ("LIC", "LMC", "UMC", "HIC")
# Published urban and rural electricity that miss the published total by more than this are reconciled with it.
ELECTRICITY_TOLERANCE = 0.03
FULL_ELECTRICITY = 0.995
HIGHEST_TOTAL = 0.999


class FillCapError(Exception):
    """A column would be filled in a larger share of its rows than its cap allows."""


class Filling:
    """A table being filled: the table, which cells were filled, and the rule of each column."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self.marks = pd.DataFrame(False, index=table.index, columns=list(CAPS))
        self.rules: dict[str, list[str]] = {column: [] for column in CAPS}

    def write(self, column: str, values: pd.Series, rule: str) -> None:
        """Put values into a column, mark their cells as filled and keep the rule."""
        if values.empty:
            return
        self.table.loc[values.index, column] = values
        self.marks.loc[values.index, column] = True
        self.rules[column].append(rule)

    def regress(
        self,
        column: str,
        names: Sequence[str],
        scale: tuple[Callable[[pd.Series], pd.Series], Callable[[Floats], Floats], str],
        per: str | None = None,
    ) -> LinearFit:
        """Fill a column by a line on named terms, fitted on a scale (there, back, words), perhaps per other column."""
        there, back, words = scale
        terms = terms_of(self.table)
        wanted = [
            name for name in map(str, terms.columns) if name in names or (name.split(" ")[0] in names and " " in name)
        ]
        divisor = self.table[per] if per else pd.Series(1.0, index=self.table.index)
        ratio = self.table[column] / divisor
        # A second rule for the same column learns from what was published, never from what the first one wrote.
        published = ratio.mask(self.marks[column])
        fitted = fit_line(terms[wanted], there(published))
        rows = self.table.index[ratio.isna() & terms[wanted].notna().all(axis=1)]
        estimate = pd.Series(back(fitted.predict(terms.loc[rows, wanted])), index=rows)
        kept = estimate.clip(published.min(), published.max()) * divisor[rows]
        over = f" / {per}" if per else ""
        quality = f"R2 {fitted.explained:.2f}, left out {fitted.explained_left_out:.2f}"
        rule = f"{words}{column}{over} on {', '.join(names)} ({quality})"
        self.write(column, kept.map(significant), rule)
        return fitted

    def report(self) -> pd.DataFrame:
        """Return column, share filled, cap and rule; raise FillCapError when a cap is passed or a cell is empty."""
        shares = self.marks.mean()
        passed = [f"{column}: {shares[column]:.3f} over {cap}" for column, cap in CAPS.items() if shares[column] > cap]
        passed += [f"{column}: empty cells" for column in CAPS if self.table[column].isna().any()]
        if passed:
            raise FillCapError("; ".join(passed))
        rows = [(name, 0.0, 0.0, "never filled: an economy without it is not in the table") for name in NEVER_FILLED]
        rows += [
            (column, float(shares[column]), cap, "; then ".join(self.rules[column])) for column, cap in CAPS.items()
        ]
        return pd.DataFrame(rows, columns=["column", "share_filled", "cap", "rule"])


def same(values: pd.Series) -> pd.Series:
    """Return the values as they are: the scale of a column that is fitted directly."""
    return values


PLAIN = (same, np.asarray, "")
LOGARITHM = (np.log, np.exp, "ln ")
LOG_ODDS = (log_odds, share_of, "log odds of ")


def fill_income(filling: Filling) -> None:
    """Fill GDP at market rates and at purchasing power, and the income group of economies that have none."""
    table = filling.table
    unknown = table["gdp_per_capita"].isna()
    filling.regress("gdp_per_capita", ["log_gdp_nominal_per_capita", "log_odds_internet_use", "region"], LOGARITHM)
    filling.regress("gdp_per_capita", ["log_odds_internet_use", "log_population", "region"], LOGARITHM)
    years = table["gdp_nominal_year"].fillna(table["internet_use_year"])[unknown]
    filling.write("gdp_per_capita_year", years, "year of the GDP at market rates, else that of internet use")
    filling.regress("gdp_nominal", ["log_gdp_per_capita", "region"], LOGARITHM, per="population")
    logs = np.log(table["gdp_per_capita"])
    middles = [float(logs[table["income_group"] == group].mean()) for group in INCOME_ORDER]
    bounds = [(low + high) / 2.0 for low, high in pairwise(middles)]
    rows = table.index[table["income_group"].isna()]
    groups = pd.Series(
        [INCOME_ORDER[int(np.searchsorted(bounds, logs[iso3]))] for iso3 in rows], index=rows, dtype=object
    )
    filling.write("income_group", groups, "the group whose mean ln gdp_per_capita is nearest")


def fill_people(filling: Filling) -> None:
    """Fill urban share and growth, electricity, literacy and mobile subscriptions."""
    filling.regress("urban_share", ["log_gdp_per_capita", "log_odds_internet_use", "region"], LOG_ODDS)
    filling.regress("urban_growth", ["population_growth", "urban_share", "ldc"], PLAIN)
    filling.regress("electricity", ["log_gdp_per_capita", "log_odds_internet_use", "ldc", "region"], LOG_ODDS)
    fill_electricity_by_group(filling)
    poverty = ["log_gdp_per_capita", "log_infant_mortality", "log_odds_electricity", "ldc", "area"]
    filling.regress("literacy", poverty, LOG_ODDS)
    filling.regress("literacy", ["log_gdp_per_capita", "log_odds_electricity", "ldc", "area"], LOG_ODDS)
    filling.regress("mobile_subscriptions", ["log_gdp_per_capita", "log_odds_internet_use", "region"], LOGARITHM)


def fill_economy(filling: Filling) -> None:
    """Fill income dispersion, growth and the budget."""
    table = filling.table
    filling.regress("gini", ["log_gdp_per_capita", "log_gdp_per_capita_squared", "area"], LOG_ODDS)
    filling.marks["log_income_sd"] = filling.marks["gini"]
    filling.rules["log_income_sd"].append("from gini")
    filling.regress("gdp_growth", ["log_gdp_per_capita", "population_growth", "fragile", "region"], PLAIN)
    budget = ["log_gdp_per_capita", "log_population", "sids", "fragile", "region"]
    for column in ("government_revenue", "government_expenditure"):
        filling.regress(column, budget, LOGARITHM, per="gdp_nominal")
    if (table[["government_revenue", "government_expenditure"]] <= 0).any(axis=None):
        raise ValueError("a budget is not positive")


def two_groups(total: float, urban_share: float, gap: float) -> tuple[float, float]:
    """Return urban and rural shares whose mean is the total and whose log odds differ by the gap (by bisection)."""
    low, high = -12.0, 12.0
    for _ in range(60):
        middle = (low + high) / 2.0
        urban, rural = share_of(np.array([middle + gap, middle]))
        if urban_share * urban + (1.0 - urban_share) * rural < total:
            low = middle
        else:
            high = middle
    return float(urban), float(rural)


def fill_electricity_by_group(filling: Filling) -> None:
    """Fill urban and rural electricity so that they agree with the total.

    With a total of 99.5% or more both are the total: implied, so not marked. Otherwise the rural share is what the
    total leaves; where that can't be, the two keep their gap of log odds (or the usual one) and meet the total.
    """
    table = filling.table
    urban, rural, total = (table[name] for name in ("electricity_urban", "electricity_rural", "electricity"))
    full = total >= FULL_ELECTRICITY
    for column in ("electricity_urban", "electricity_rural"):
        table.loc[full & table[column].isna(), column] = total[full]
    gaps = log_odds(urban) - log_odds(rural)
    usual = fit_line(log_odds(total)[~full].to_frame("log_odds_electricity"), gaps[~full])
    weight = table["urban_share"]
    missed = (weight * table["electricity_urban"] + (1.0 - weight) * table["electricity_rural"] - total).abs()
    found: dict[str, tuple[float, float]] = {}
    for iso3 in table.index[missed.isna() | (missed > ELECTRICITY_TOLERANCE)]:
        left = (total[iso3] - weight[iso3] * urban[iso3]) / max(1.0 - weight[iso3], 1e-9)
        if urban[iso3] >= total[iso3] and 0.0 < left <= 1.0:
            found[iso3] = (urban[iso3], left)
            continue
        expected = float(usual.predict(pd.DataFrame({"log_odds_electricity": log_odds(total[[iso3]])}))[0])
        gap = expected if np.isnan(gaps[iso3]) else gaps[iso3]
        found[iso3] = two_groups(min(total[iso3], HIGHEST_TOTAL), weight[iso3], gap)
    pairs = pd.DataFrame(found, index=["urban", "rural"]).T.map(significant)
    changed = pairs.index[(pairs["urban"] != urban[pairs.index]).to_numpy()]
    rule = (
        "what the total leaves, else the usual gap of log odds; also where the published pair misses the total by 0.03"
    )
    filling.write("electricity_urban", pairs.loc[changed, "urban"], rule)
    filling.write("electricity_rural", pairs["rural"], rule)
