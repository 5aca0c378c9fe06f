"""Compare the forecasts of two editions of the model on the same targets: economy, origin and horizon.

An edition is as good where its error is larger by no more than 1%, or by no more than what resampling economies can
tell apart from nothing. What is kept is the summary: no row of it holds a figure of an economy.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .scores import COMPARED, LATE, SIMULATION, TOP, WEIGHTS, of_group, paired

MOST_LARGER = 1.0  # %
KEYS = ["iso3", "origin", "horizon"]
COLUMNS = (
    "targets group weight horizon economies forecasts first now difference low high relative as_good "
    "first_inside now_inside first_crps now_crps"
).split()


def compare_editions(now: pd.DataFrame, first: pd.DataFrame, seed: int = 1) -> pd.DataFrame:
    """Return the mean absolute errors of two editions of the simulation, by period, group, weight and horizon.

    Args:
        now: forecasts of today's hindcast.
        first: forecasts of an earlier edition's, with iso3, origin, horizon, model, observed and point.
        seed: of the resampling of economies, each drawn with all its forecasts.

    Returns:
        targets (all or from 2019), group, weight, horizon, economies, forecasts, first and now (mean absolute errors,
        points), difference, low, high (95% interval of the difference), relative (%), as_good, and of both editions the
        coverage of the 80% interval (%) and the CRPS as each scored it (points; the first did not top-code).
    """
    own = now[now["model"] == SIMULATION].set_index(KEYS)
    for name, table in (("now", now), ("first", first)):
        own = own.join(_errors(table).add_prefix(f"{name}_"))
    own = own.rename(columns={"now_error": "now", "first_error": "first"})
    both = own.dropna(subset=["now", "first"]).reset_index()
    rows = []
    for targets, least in ((f"from {LATE}", LATE), ("all", 0)):
        chosen = both[both["origin"] + both["horizon"] >= least]
        for group in COMPARED:
            for weight in WEIGHTS:
                for horizon, part in of_group(chosen, group).groupby("horizon"):
                    part = part.set_index(["iso3", "origin"])
                    people = part["people"] if weight == "people" else pd.Series(1.0, part.index)
                    found = paired(part["now"], part["first"], people, seed)
                    said = {"targets": targets, "group": group, "weight": weight, "horizon": horizon}
                    for name, unit in (("inside", 100.0), ("crps", 1.0)):
                        for edition in ("first", "now"):
                            values = part[f"{edition}_{name}"].to_numpy(dtype=np.float64)
                            found[f"{edition}_{name}"] = unit * float(np.average(values, weights=people))
                    rows.append({**said, "economies": part.index.get_level_values("iso3").nunique(), **found})
    table = pd.DataFrame(rows).rename(columns={"mean": "now", "other_mean": "first"})
    table["as_good"] = (table["relative"] <= MOST_LARGER) | (table["low"] <= 0.0)
    table["forecasts"] = table["forecasts"].astype(np.int64)
    return table[COLUMNS]


def _errors(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Return the simulation's absolute error, top-coded, whether the 80% interval held the outcome, and the CRPS.

    Rows: economy, origin and horizon.
    """
    own = forecasts[forecasts["model"] == SIMULATION].set_index(KEYS)
    came = own["observed"].clip(upper=TOP)
    inside = (came >= own["low80"].clip(upper=TOP)) & (came <= own["high80"].clip(upper=TOP))
    return pd.DataFrame({"error": (own["point"].clip(upper=TOP) - came).abs(), "inside": inside, "crps": own["crps"]})
