"""Stand in for what can't be shipped: governance, regulation, price, trust and exposure, by stated formulas.

Only the formula's coefficients and its fitted values are in the project. `fit_coefficients` refits them from the
reference folder; `apply_coefficients` computes the columns from the stored coefficients alone.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr

from classification import CONFLICT, SOCIAL_FRAGILITY
from regression import LinearFit, fit_line, log_odds, share_of, significant, terms_of

Coefficients = dict[str, dict[str, float]]

GOVERNANCE_TERMS = (
    "log_gdp_per_capita log_gdp_per_capita_above_20000 log_population ldc sids fragile log_odds_electricity literacy "
    "urban_share european_union english"
).split()
INDICATORS = "wgi_goveff wgi_regqual wgi_corruption wgi_rulelaw wgi_stability wgi_voice".split()
INDICATOR_YEAR = 2023

PRICE_TERMS = "log_gdp_per_capita log_gdp_per_capita_above_20000 log_population ldc lldc sids governance".split()
PRICE_YEARS = range(2021, 2025)  # one basket: data alone, 2 GB; the level is that of the last year
TRACKER_YEAR = 2022
LOWEST_PRICE = 0.0005  # the tables have two decimals of a percent
HIGHEST_PRICE = 0.5
# Judged: no published figure stands behind these weights. They order the economies and no more.
JUDGED: Coefficients = {
    "digital_trust": {"intercept": 0.1, "governance": 0.4, "electricity": 0.16, "internet_use": 0.24},
    "climate_exposure": {
        "intercept": 0.20,
        "sids": 0.30,
        "region Africa": 0.20,
        "region Arab States": 0.15,
        "region Asia-Pacific": 0.15,
        "region Americas": 0.10,
        "region CIS": 0.05,
        "income LIC": 0.15,
        "income LMC": 0.10,
        "income UMC": 0.05,
    },
    "conflict_exposure": {"intercept": -2.0, "conflict": 1.5, "social_fragility": 0.75, "governance": -1.0},
}


def rounded(coefficients: dict[str, float]) -> dict[str, float]:
    """Return coefficients with six digits, so that stored and refitted ones give the same bytes."""
    return {term: significant(value, 6) for term, value in coefficients.items()}


def governance_terms(table: pd.DataFrame) -> pd.DataFrame:
    """Return the terms of the governance formula, one row an economy."""
    terms = terms_of(table)
    return terms[[name for name in map(str, terms.columns) if name in GOVERNANCE_TERMS or name.startswith("region ")]]


def fit_governance(table: pd.DataFrame, reference: Path) -> dict[str, LinearFit]:
    """Fit the mean of six Worldwide Governance Indicators, and the log odds of the ICT regulatory tracker's score."""
    panel = pd.read_csv(reference / "country_year.csv", keep_default_na=False, na_values=[""])
    latest = panel[panel["year"] == INDICATOR_YEAR].set_index("iso3")[INDICATORS].reindex(table.index)
    terms = governance_terms(table)
    return {
        "governance": fit_line(terms, latest.mean(axis=1, skipna=False)),
        "regulatory_maturity": fit_line(terms, log_odds(tracker_scores(table, reference))),
    }


def tracker_scores(table: pd.DataFrame, reference: Path) -> pd.Series:
    """Return the score of the ICT regulatory tracker as a share of its most, one row an economy."""
    tracker = pd.read_csv(reference / "ict_regulatory_tracker.csv", keep_default_na=False, na_values=[""])
    score = tracker[tracker["year"] == TRACKER_YEAR].set_index("iso3")["score"]
    return pd.Series(score.reindex(table.index).astype(float) / 100.0)


def price_terms(table: pd.DataFrame, governance: pd.Series) -> pd.DataFrame:
    """Return the terms of the price formula, one row an economy."""
    terms = terms_of(table).assign(lldc=table["lldc"].astype(float), governance=governance)
    return terms[[name for name in map(str, terms.columns) if name in PRICE_TERMS or name.startswith("region ")]]


def observed_prices(table: pd.DataFrame, reference: Path) -> pd.DataFrame:
    """Return ln price of the data basket as a share of monthly GNI per capita, years x economies."""
    prices = pd.read_csv(reference / "price_headline.csv", keep_default_na=False, na_values=[""])
    wide = prices.pivot(index="year", columns="iso3", values="data_pct_gni").loc[list(PRICE_YEARS)]
    shares = wide.reindex(columns=table.index).astype(float) / 100.0
    return pd.DataFrame(np.log(shares.clip(lower=LOWEST_PRICE)))


def fit_price(table: pd.DataFrame, reference: Path, governance: pd.Series) -> LinearFit:
    """Fit ln price share (ITU data-only baskets): each economy's mean distance from the year's mean, at its last level.

    Four years of one basket are pooled with year effects: the fit on 2024 left out is the same, and it is steadier.
    """
    logs = observed_prices(table, reference)
    distance = logs.sub(logs.mean(axis=1), axis=0).mean()
    return fit_line(price_terms(table, governance), distance + float(logs.iloc[-1].mean()))


def print_spreads(table: pd.DataFrame, reference: Path, proxies: pd.DataFrame) -> None:
    """Print how much of the spread over economies the proxies of price (ln) and regulation (score) keep."""
    price = observed_prices(table, reference).iloc[-1].dropna()
    print_spread("ln price", table, price, pd.Series(np.log(proxies["access_price"])))
    print_spread("score", table, tracker_scores(table, reference).dropna(), proxies["regulatory_maturity"])


def print_spread(name: str, table: pd.DataFrame, seen: pd.Series, proxy: pd.Series) -> None:
    """Print spreads as observed and as the proxy says, what remains, and medians by income group."""
    said = proxy[seen.index]
    rest = seen - said
    explained = 1.0 - float((rest**2).mean() / seen.var(ddof=0))
    print(f"{name}, {len(seen)} economies: sd {seen.std():.3f}, of the proxy {said.std():.3f}, of the rest", end=" ")
    print(f"{rest.std():.3f}; correlation {np.corrcoef(seen, said)[0, 1]:.3f}, R2 {explained:.3f}")
    for group, rows in seen.groupby(table.loc[seen.index, "income_group"]):
        inside = said[rows.index]
        medians = np.array([rows.median(), inside.median()])
        shown, said_so = np.exp(medians) if name.startswith("ln") else medians
        print(f"  {group}: median {shown:.4f}, of the proxy {said_so:.4f}; sd {rows.std():.2f}, {inside.std():.2f}")


def fit_coefficients(table: pd.DataFrame, reference: Path) -> pd.DataFrame:
    """Return every coefficient of the proxies as a table: proxy, term, coefficient, standing."""
    rows: list[tuple[str, str, float, str]] = []
    fits = fit_governance(table, reference)
    governance = line_value(governance_terms(table), rounded(fits["governance"].coefficients))
    fits["access_price"] = fit_price(table, reference, governance)
    for proxy, fitted in fits.items():
        rows += [(proxy, term, value, "fitted") for term, value in rounded(fitted.coefficients).items()]
        if proxy != "governance":
            errors = fitted.standard_errors.items()
            rows += [(proxy, term, significant(value, 3), "standard error") for term, value in errors]
        quality = {
            "r_squared": fitted.explained,
            "r_squared_left_out": fitted.explained_left_out,
            "residual_sd": fitted.residual_sd,
        }
        rows += [(proxy, name, significant(value, 3), "quality of fit") for name, value in quality.items()]
        rows.append((proxy, "economies", float(fitted.economies), "quality of fit"))
    rows += [(proxy, term, value, "judged") for proxy, terms in JUDGED.items() for term, value in terms.items()]
    return pd.DataFrame(rows, columns=["proxy", "term", "coefficient", "standing"])


def as_coefficients(stored: pd.DataFrame) -> Coefficients:
    """Return the stored coefficients by proxy and term, without the measures of fit and the standard errors."""
    kept = stored[~stored["standing"].isin(["quality of fit", "standard error"])]
    return {
        str(proxy): dict(zip(rows["term"], rows["coefficient"], strict=True)) for proxy, rows in kept.groupby("proxy")
    }


def line_value(terms: pd.DataFrame, coefficients: dict[str, float]) -> pd.Series:
    """Return the value of a stored line for each row of terms."""
    fitted = LinearFit(coefficients)
    return pd.Series(fitted.predict(terms), index=terms.index)


def apply_coefficients(table: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Return the proxy columns of the table, from stored coefficients: shares in 0..1, governance as a z-score."""
    by_proxy = as_coefficients(stored)
    terms = governance_terms(table)
    proxies = pd.DataFrame(index=table.index)
    proxies["governance"] = line_value(terms, by_proxy["governance"])
    proxies["regulatory_maturity"] = share_of(line_value(terms, by_proxy["regulatory_maturity"]).to_numpy())
    trust = pd.DataFrame(
        {
            "governance": ndtr(proxies["governance"]),
            "electricity": table["electricity"],
            "internet_use": table["internet_use"],
        }
    )
    proxies["digital_trust"] = line_value(trust, by_proxy["digital_trust"])
    price = np.exp(line_value(price_terms(table, proxies["governance"]), by_proxy["access_price"]))
    proxies["access_price"] = np.minimum(price, HIGHEST_PRICE)
    classes = pd.get_dummies(table["region"], dtype=float).add_prefix("region ")
    classes = classes.join(pd.get_dummies(table["income_group"], dtype=float).add_prefix("income "))
    proxies["climate_exposure"] = line_value(
        classes.assign(sids=table["sids"].astype(float)), by_proxy["climate_exposure"]
    )
    listed = pd.DataFrame({"governance": proxies["governance"]})
    listed["conflict"] = [float(iso3 in CONFLICT) for iso3 in table.index]
    listed["social_fragility"] = [float(iso3 in SOCIAL_FRAGILITY) for iso3 in table.index]
    odds = line_value(listed, by_proxy["conflict_exposure"])
    proxies["conflict_exposure"] = 1.0 / (1.0 + np.exp(-odds))
    return proxies
