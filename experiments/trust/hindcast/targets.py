"""What a hindcast should reach, beside what it reached: wanted figures, set before it was run.

They are judged on target years from 2019 on, where a panel has them. They come from two studies of the law alone on the
same years: the form of the noise was chosen on targets to 2018, the brake and the size of regional shocks on all.
"""

from __future__ import annotations

import pandas as pd

from afteraid.simulation.measures.groups import INCOME_GROUPS

from .scores import ANALOGUE, GROUPS_WITH_A_BAND, LAW, SIMULATION, SIZES, compare, late, score

ALL_HORIZONS = "all horizons"
LEAST_GAIN = {1: 6.0, 3: 10.0, 5: 11.0, 7: 11.5}  # %: CRPS below the analogue's
BAND, GROUP_BAND, REGION_MEANS = (75.0, 85.0), (70.0, 90.0), (65.0, 85.0)  # %: coverage of the 80% interval
# One surge of a whole region in 2013-18 is in no law: the Arab States are said and not judged. Europe may be too wide.
NOT_JUDGED, WIDER = ("Arab States",), {"Europe": 94.0}
MOST_OVER_LAW = 2.0  # %: MAE over that of the law alone
ORDER = {name: place for place, name in enumerate((*INCOME_GROUPS, *SIZES))}


def years(horizon: int) -> str:
    """Return a horizon in words."""
    return f"{horizon} year" if horizon == 1 else f"{horizon} years"


def targets(forecasts: pd.DataFrame, means: pd.DataFrame, seed: int = 1) -> list[dict[str, object]]:
    """Return each wanted figure with what was found: target, horizon, value, wanted, met (None where not judged).

    Args:
        forecasts: of a hindcast.
        means: of regions, see `scores.region_means`.
        seed: of the resampling of economies.
    """
    chosen = late(forecasts)
    own = chosen[chosen["model"] == SIMULATION]
    found = [*_against(compare(chosen, seed)), *_bands(score(own), score(own, ("model",)))]
    region = late(means)
    region = region[region["model"] == SIMULATION]
    inside = (region["observed"] >= region["low80"]) & (region["observed"] <= region["high80"])
    found.append(
        _row("Coverage of the 80% interval, means of regions, %", ALL_HORIZONS, 100 * inside.mean(), REGION_MEANS)
    )
    return found


def _row(
    target: str, horizon: str, value: float, limits: tuple[float, float], judged: bool = True
) -> dict[str, object]:
    """Return one coverage beside its limits."""
    low, high = limits
    wanted = f"{low:g} to {high:g}" if judged else "reported, not judged"
    met = bool(low <= value <= high) if judged else None
    return {"target": target, "horizon": horizon, "value": round(float(value), 2), "wanted": wanted, "met": met}


def _against(pairs: pd.DataFrame) -> list[dict[str, object]]:
    """Return errors beside those of the law alone and of the analogue."""
    found: list[dict[str, object]] = []
    for row in pairs.sort_values("horizon").to_dict("records"):
        horizon, value = years(int(row["horizon"])), round(float(row["relative"]), 2)
        if (row["other"], row["measure"]) == (LAW, "mae"):
            found.append({"target": "MAE against the law alone, %", "horizon": horizon, "value": value,
                          "wanted": f"at most +{MOST_OVER_LAW:g}", "met": value <= MOST_OVER_LAW})  # fmt: skip
        if (row["other"], row["measure"]) == (ANALOGUE, "crps") and row["horizon"] in LEAST_GAIN:
            least = LEAST_GAIN[int(row["horizon"])]
            found.append({"target": "CRPS against the analogue, %", "horizon": horizon, "value": value,
                          "wanted": f"at most -{least:g}", "met": value <= -least})  # fmt: skip
    return sorted(found, key=lambda one: str(one["target"]))


def _bands(by_horizon: pd.DataFrame, pooled: pd.DataFrame) -> list[dict[str, object]]:
    """Return coverages for all at every horizon, and by group over all horizons."""
    everywhere = by_horizon[by_horizon["grouping"] == "everywhere"].sort_values("horizon")
    found = [
        _row("Coverage of the 80% interval, %", years(int(row["horizon"])), float(row["cover80"]), BAND)
        for row in everywhere.to_dict("records")
    ]
    groups = pooled[pooled["grouping"].isin(GROUPS_WITH_A_BAND)]
    kinds, ranks = groups["grouping"].map(GROUPS_WITH_A_BAND.index), groups["group"].map(ORDER).fillna(-1.0)
    for row in groups.assign(kind=kinds, rank=ranks).sort_values(["kind", "rank", "group"]).to_dict("records"):
        name = str(row["group"])
        limits = GROUP_BAND[0], WIDER.get(name, GROUP_BAND[1])
        said = f"Coverage of the 80% interval, {name}, %"
        found.append(_row(said, ALL_HORIZONS, float(row["cover80"]), limits, name not in NOT_JUDGED))
    return found


def worst(forecasts: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Return the worst of the groups by income, region and size over all horizons: by coverage and by score.

    Returns:
        `coverage`: group and coverage of the 80% interval (%) farthest from 80; `score`: group and CRPS against the
        analogue's (%), the highest.
    """
    pooled = score(late(forecasts), ("model",))
    pooled = pooled[pooled["grouping"].isin(GROUPS_WITH_A_BAND)]
    own = pooled[pooled["model"] == SIMULATION].set_index("group")
    rival = pooled[pooled["model"] == ANALOGUE].set_index("group")
    cover = own["cover80"]
    farthest = str((cover - 80.0).abs().idxmax())
    gain = 100.0 * (own["crps"] / rival["crps"] - 1.0)
    said = {"coverage": (farthest, float(cover[farthest]))}
    return said | ({"score": (str(gain.idxmax()), float(gain.max()))} if len(rival) else {})
