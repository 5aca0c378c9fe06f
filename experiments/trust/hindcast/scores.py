"""Scores of forecasts of internet use: errors, bands, comparisons paired by economy, reliability.

Everything is in points of the population (0 to 100). A forecast is one row: an origin, a horizon, an economy, a model.
The continuous ranked probability score (CRPS; Gneiting and Raftery 2007, J. Am. Stat. Assoc. 102) of a sample is the
fair estimate of scoringrules; that of a point forecast is its absolute error.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.data import load_countries
from afteraid.simulation.measures.groups import INCOME_GROUPS

POINTS = 100.0
BANDS = (50, 80, 90)  # %: central bands
SIMULATION, LAW, ANALOGUE = "simulation", "law", "analogue"
RESAMPLES, LEVEL = 2000, 0.95  # of the country bootstrap, and of its intervals
TAKE_OFF = {"below 5%": (0.0, 5.0), "5-20%": (5.0, 20.0), "20-50%": (20.0, 50.0), "50% and more": (50.0, 101.0)}
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
        described: iso3, origin, horizon and level of each.
    """
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
        found[f"low{band}"], found[f"high{band}"] = np.quantile(sample, [tail, 1.0 - tail], axis=1)
    return found


def grouped(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Add each economy's groups: income, region and LDC as embedded, and take-off band at the origin."""
    facts = load_countries().set_index("iso3")
    economy = forecasts["iso3"]
    level = forecasts["level"]
    band = np.select([level < high for _, high in TAKE_OFF.values()], list(TAKE_OFF), "")
    return forecasts.assign(
        everywhere=EVERYWHERE,
        income=economy.map(facts["income_group"]),
        region=economy.map(facts["region"]),
        ldc=np.where(economy.map(facts["ldc"]) == 1, "LDC", "other"),
        take_off=band,
    )


GROUPINGS = ("everywhere", "income", "region", "ldc", "take_off")


def score(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return MAE, bias, CRPS, and coverage and width of the bands, by model, horizon and group, in points."""
    table = grouped(forecasts)
    table["mae"] = (table["point"] - table["observed"]).abs()
    table["bias"] = table["point"] - table["observed"]
    for band in BANDS:
        inside = (table["observed"] >= table[f"low{band}"]) & (table["observed"] <= table[f"high{band}"])
        table[f"cover{band}"] = np.where(table[f"low{band}"].isna(), np.nan, 100.0 * inside)
        table[f"width{band}"] = table[f"high{band}"] - table[f"low{band}"]
    measures = ["mae", "bias", "crps", *(f"{name}{band}" for name in ("cover", "width") for band in BANDS)]
    parts = []
    for grouping in GROUPINGS:
        by = table.groupby(["model", "horizon", grouping], sort=False)
        part = by[measures].mean()
        part.insert(0, "forecasts", by.size())
        part.insert(0, "economies", by["iso3"].nunique())
        part = part.reset_index().rename(columns={grouping: "group"})
        part.insert(2, "grouping", grouping)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def compare(forecasts: pd.DataFrame, seed: int = 1, against: str = SIMULATION) -> pd.DataFrame:
    """Return how much better or worse a model is than each other, with intervals over resampled economies.

    The difference is paired: the same origins, horizons and economies; an economy is drawn with all its forecasts.
    Columns: other, horizon, measure (mae or crps), mean, other_mean, difference, low, high, relative (%).
    """
    table = forecasts.assign(mae=(forecasts["point"] - forecasts["observed"]).abs())
    generator = np.random.Generator(np.random.PCG64(seed))
    economies = sorted(set(table["iso3"]))
    draws = generator.multinomial(len(economies), np.full(len(economies), 1.0 / len(economies)), size=RESAMPLES)
    rows = []
    for horizon, part in table.groupby("horizon"):
        for measure in ("mae", "crps"):
            wide = part.pivot(index=["iso3", "origin"], columns="model", values=measure)
            for other in (name for name in wide.columns if name != against):
                pair = wide[[against, other]].dropna()
                by = (pair[against] - pair[other]).groupby(level="iso3")
                total = by.sum().reindex(economies, fill_value=0.0).to_numpy()
                count = by.size().reindex(economies, fill_value=0).to_numpy()
                spread = (draws @ total) / np.maximum(draws @ count, 1)
                low, high = np.quantile(spread, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
                own, its = float(pair[against].mean()), float(pair[other].mean())
                rows.append(
                    {"other": other, "horizon": horizon, "measure": measure, "mean": own, "other_mean": its,
                     "difference": own - its, "low": low, "high": high, "relative": 100.0 * (own / its - 1.0)}
                )  # fmt: skip
    return pd.DataFrame(rows)


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


def targets(scores: pd.DataFrame, comparisons: pd.DataFrame) -> list[dict[str, object]]:
    """Return each target of the project with what was found: target, horizon, value, wanted, met."""
    world = scores[(scores["grouping"] == "everywhere") & (scores["model"] == SIMULATION)].set_index("horizon")
    pairs = {(row["other"], row["horizon"], row["measure"]): row for row in comparisons.to_dict(orient="records")}
    found: list[dict[str, object]] = []

    def add(target: str, horizon: int, value: float, wanted: str, met: bool) -> None:
        found.append(
            {"target": target, "horizon": int(horizon), "value": round(float(value), 2), "wanted": wanted, "met": met}
        )

    for horizon in world.index:
        row = pairs[LAW, horizon, "mae"]
        add("MAE against the law alone, %", horizon, row["relative"], "at most +2", bool(row["relative"] <= 2.0))
    for horizon in (horizon for horizon in world.index if horizon >= 3):
        row = pairs[ANALOGUE, horizon, "mae"]
        add("MAE minus the analogue's, upper end of the 95% interval, points", horizon, row["high"], "below 0",
            bool(row["high"] < 0.0))  # fmt: skip
        row = pairs[ANALOGUE, horizon, "crps"]
        add("CRPS against the analogue, %", horizon, row["relative"], "at most -8", bool(row["relative"] <= -8.0))
    for horizon in (horizon for horizon in world.index if horizon in (3, 5)):
        value = float(world["cover80"].loc[horizon])
        add("Coverage of the 80% interval, %", horizon, value, "75 to 85", 75.0 <= value <= 85.0)
        rows = scores[
            (scores["model"] == SIMULATION) & (scores["horizon"] == horizon) & (scores["grouping"] == "income")
        ]
        for group in INCOME_GROUPS:
            for value in rows.loc[rows["group"] == group, "cover80"]:
                add(f"Coverage of the 80% interval, {group}, %", horizon, value, "70 to 90", 70.0 <= value <= 90.0)
    return found
