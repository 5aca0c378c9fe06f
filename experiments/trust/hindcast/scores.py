"""Scores of forecasts of internet use: errors, bands, comparisons paired by economy, reliability.

Everything is in points of the population (0 to 100). A forecast is one row: an origin, a horizon, an economy, a model.
Figures are top-coded: forecast and observed figures of 99.5 or more count as 99.5, since the statistics publish full
use as 100 and no forecast says so. A mean over people weights an economy by its population at the origin. The ends of
a band are the quantiles at k / (n + 1), so that a band of few runs covers what it should on average. The continuous
ranked probability score (CRPS; Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102) of a sample is the fair estimate of
scoringrules; that of a point forecast is its absolute error.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data import load_countries

POINTS = 100.0
BANDS = (50, 80, 90)  # %: central bands
SIMULATION, LAW, ANALOGUE = "simulation", "law", "analogue"
RESAMPLES, LEVEL = 2000, 0.95  # of the country bootstrap, and of its intervals
TAKE_OFF = {"below 5%": (0.0, 5.0), "5-20%": (5.0, 20.0), "20-50%": (20.0, 50.0), "50% and more": (50.0, 101.0)}
SIZES = {"under 1 m": (0.0, 1e6), "1-10 m": (1e6, 1e7), "10-50 m": (1e7, 5e7), "over 50 m": (5e7, np.inf)}  # people
TOP = 99.5  # points: a figure of so much or more counts as so much
LATE = 2019  # target years from which the wanted figures are judged, where a panel has them
PERIODS = (f"to {LATE - 1}", f"from {LATE}")
NOMINAL = np.arange(0.05, 0.96, 0.05)
EVERYWHERE = "all"


def crps(observed: FloatArray, sample: FloatArray) -> FloatArray:
    """Return the CRPS of each row's sample (N, S) against what was observed (N,), in the unit of both."""
    try:
        from scoringrules import crps_ensemble
    except ImportError:
        raise InputError(
            "scoringrules is missing", expected="an installation with its extra: pip install 'afteraid[calibration]'"
        ) from None
    return np.asarray(crps_ensemble(observed, sample, estimator="fair"), dtype=np.float64)


def forecast_rows(
    model: str, point: FloatArray, sample: FloatArray | None, observed: FloatArray, described: pd.DataFrame
) -> pd.DataFrame:
    """Return one model's forecasts as rows.

    Args:
        model: its name.
        point: (C,) points of the population; for a sample, its median.
        sample: (C, S) points of the population, or None for a point forecast.
        observed: (C,) points of the population.
        described: iso3, origin, horizon, level and people of each.
    """
    observed, point = np.minimum(observed, TOP), np.minimum(point, TOP)
    sample = None if sample is None else np.minimum(sample, TOP)
    table = described.assign(model=model, observed=observed, point=point)
    if sample is None:
        return table.assign(crps=np.abs(point - observed), pit=np.nan, **_bands(np.full((point.size, 1), np.nan)))
    below = (sample < observed[:, None]).mean(axis=1) + 0.5 * (sample == observed[:, None]).mean(axis=1)
    return table.assign(crps=crps(observed, sample), pit=below, **_bands(sample))


def _bands(sample: FloatArray) -> dict[str, FloatArray]:
    """Return the ends of the central bands of each row's sample."""
    found = {}
    for band in BANDS:
        tail = (1.0 - band / 100.0) / 2.0
        found[f"low{band}"], found[f"high{band}"] = np.quantile(sample, [tail, 1.0 - tail], axis=1, method="weibull")
    return found


def grouped(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Add each economy's groups: income, region and LDC as embedded; size and take-off band at the origin; period."""
    facts = load_countries().set_index("iso3")
    economy, target = forecasts["iso3"], forecasts["origin"] + forecasts["horizon"]
    return forecasts.assign(
        everywhere=EVERYWHERE,
        period=np.where(target < LATE, *PERIODS),
        target=target.astype(str),
        income=economy.map(facts["income_group"]),
        region=economy.map(facts["region"]),
        ldc=np.where(economy.map(facts["ldc"]) == 1, "LDC", "other"),
        size=_band(forecasts["people"], SIZES),
        take_off=_band(forecasts["level"], TAKE_OFF),
    )


def _band(values: pd.Series[float], bands: dict[str, tuple[float, float]]) -> list[str]:
    """Return the name of the band in which each value lies."""
    return [next(name for name, (_, high) in bands.items() if value < high) for value in values]


GROUPINGS = ("everywhere", "period", "target", "income", "region", "ldc", "size", "take_off")
GROUPS_WITH_A_BAND = ("income", "region", "size")  # whose coverage is judged, pooled over horizons


def score(forecasts: pd.DataFrame, by: tuple[str, ...] = ("model", "horizon")) -> pd.DataFrame:
    """Return MAE, bias, CRPS, and coverage and width of the bands, in points, by group and by some columns.

    `mae_people`, `bias_people` and `crps_people` are means over people, the others over forecasts.

    Args:
        forecasts: rows of `forecast_rows`.
        by: columns that are kept apart; without the horizon, horizons are pooled.
    """
    table = grouped(forecasts)
    table["mae"] = (table["point"] - table["observed"]).abs()
    table["bias"] = table["point"] - table["observed"]
    for band in BANDS:
        inside = (table["observed"] >= table[f"low{band}"]) & (table["observed"] <= table[f"high{band}"])
        table[f"cover{band}"] = np.where(table[f"low{band}"].isna(), np.nan, 100.0 * inside)
        table[f"width{band}"] = table[f"high{band}"] - table[f"low{band}"]
    measures = ["mae", "bias", "crps", *(f"{name}{band}" for name in ("cover", "width") for band in BANDS)]
    weighted = [f"{name}_people" for name in WEIGHTED]
    for name in WEIGHTED:
        table[f"{name}_people"] = table[name] * table["people"]
    parts = []
    for grouping in GROUPINGS:
        groups = table.groupby([*by, grouping], sort=False)
        part = groups[measures].mean()
        part = part.join(groups[weighted].sum().div(groups["people"].sum(), axis=0))
        part.insert(0, "forecasts", groups.size())
        part.insert(0, "economies", groups["iso3"].nunique())
        part = part.reset_index().rename(columns={grouping: "group"})
        part.insert(len(by), "grouping", grouping)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


WEIGHTED = ("mae", "bias", "crps")


def late(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the forecasts of target years from 2019 on, or all where a panel has none."""
    chosen = forecasts[forecasts["origin"] + forecasts["horizon"] >= LATE]
    return chosen if len(chosen) else forecasts


def region_means(
    described: pd.DataFrame, samples: dict[str, FloatArray], observed: FloatArray
) -> list[dict[str, object]]:
    """Return what each model says of the mean use of each region's economies, and what came; a row a model and region.

    Args:
        described: iso3, origin and horizon of each economy.
        samples: by model, points (C, S), one column a run.
        observed: points (C,).
    """
    regions = described["iso3"].map(load_countries().set_index("iso3")["region"]).to_numpy()
    rows: list[dict[str, object]] = []
    for region in sorted(set(regions)):
        chosen = regions == region
        came = float(np.minimum(observed[chosen], TOP).mean())
        for model, sample in samples.items():
            mean = np.minimum(sample[chosen], TOP).mean(axis=0)
            low, middle, high = np.quantile(mean, [0.1, 0.5, 0.9], method="weibull")
            rows.append(
                {"origin": int(described["origin"].iloc[0]), "horizon": int(described["horizon"].iloc[0]),
                 "model": model, "region": region, "economies": int(chosen.sum()), "observed": came,
                 "point": float(middle), "low80": float(low), "high80": float(high)}
            )  # fmt: skip
    return rows


def compare(
    forecasts: pd.DataFrame, seed: int = 1, against: str = SIMULATION, group: str = EVERYWHERE, by_people: bool = False
) -> pd.DataFrame:
    """Return how much better or worse a model is than each other, with intervals over resampled economies.

    The difference is paired: the same origins, horizons and economies; an economy is drawn with all its forecasts.
    Columns: other, horizon, group, weight, measure (mae or crps), mean, other_mean, difference, low, high, relative
    (%), forecasts.

    Args:
        forecasts: rows of `forecast_rows`.
        seed: of the resampling.
        against: the model that the others are compared with.
        group: all, LDC or Africa.
        by_people: weight each forecast by the economy's people at the origin.
    """
    table = of_group(forecasts, group)
    table = table.assign(mae=(table["point"] - table["observed"]).abs())
    rows = []
    for horizon, part in table.groupby("horizon"):
        people = part[part["model"] == against].set_index(["iso3", "origin"])["people"]
        for measure in ("mae", "crps"):
            wide = part.pivot(index=["iso3", "origin"], columns="model", values=measure)
            for other in (name for name in wide.columns if name != against):
                pair = wide[[against, other]].dropna()
                weight = people.reindex(pair.index) if by_people else pd.Series(1.0, pair.index)
                found = paired(pair[against], pair[other], weight, seed)
                said = {"other": other, "horizon": horizon, "group": group, "weight": WEIGHTS[by_people]}
                rows.append({**said, "measure": measure, **found})
    return pd.DataFrame(rows)


WEIGHTS = ("countries", "people")
COMPARED = (EVERYWHERE, "LDC", "Africa")


def of_group(forecasts: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the forecasts of a group: all, LDC or a region."""
    if group == EVERYWHERE:
        return forecasts
    table = grouped(forecasts)
    return forecasts[((table["ldc"] == group) | (table["region"] == group)).to_numpy()]


def comparisons(forecasts: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """Return the simulation against each other model for all, LDC and Africa, by countries and by people."""
    tables = [
        compare(forecasts, seed, SIMULATION, group, by_people)
        for group in COMPARED
        for by_people in (False, True)
        if len(of_group(forecasts, group))
    ]
    return pd.concat(tables, ignore_index=True)


@lru_cache(maxsize=16)
def _resamples(economies: int, seed: int) -> FloatArray:
    """Return how often each resample draws each economy, (resamples, economies)."""
    generator = np.random.Generator(np.random.PCG64(seed))
    shares = np.full(economies, 1.0 / economies)
    return generator.multinomial(economies, shares, size=RESAMPLES).astype(np.float64)


def paired(one: pd.Series[float], other: pd.Series[float], weight: pd.Series[float], seed: int) -> dict[str, float]:
    """Return the means of two errors and their difference, with a 95% interval over resampled economies.

    Args:
        one: errors, with the economy as level `iso3` of their index.
        other: errors of the same forecasts.
        weight: of each forecast.
        seed: of the resampling: an economy is drawn with all its forecasts.

    Returns:
        mean, other_mean, difference, low, high, relative (%) and forecasts.
    """
    economy = one.index.get_level_values("iso3")
    total = ((one - other) * weight).groupby(economy).sum().to_numpy(dtype=np.float64)
    count = weight.groupby(economy).sum().to_numpy(dtype=np.float64)
    draws = _resamples(len(total), seed)
    spread = (draws @ total) / (draws @ count)
    low, high = np.quantile(spread, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    own, its = (float(np.average(errors, weights=weight)) for errors in (one, other))
    return {
        "mean": own, "other_mean": its, "difference": own - its, "low": float(low), "high": float(high),
        "relative": 100.0 * (own / its - 1.0), "forecasts": float(len(one)),
    }  # fmt: skip


def reliability(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return how often what came lay below each quantile: model, horizon, nominal, observed (shares), forecasts."""
    rows: list[dict[str, object]] = []
    with_sample = forecasts[forecasts["pit"].notna()]
    for (model, horizon), part in with_sample.groupby(["model", "horizon"], sort=False):
        below = part["pit"].to_numpy()[:, None] <= NOMINAL[None, :]
        rows.extend(
            {"model": model, "horizon": horizon, "nominal": float(nominal), "observed": float(share),
             "forecasts": len(part)}
            for nominal, share in zip(NOMINAL, below.mean(axis=0), strict=True)
        )  # fmt: skip
    return pd.DataFrame(rows)
