"""How long initiatives go on serving: counts of who was watched and who closed, and the curves made of them.

Two clocks are kept. From the donor's exit, only those count that the donor left: an exit that waits for readiness then
wins by choosing whom it leaves. From founding, by the exit assigned at founding, everybody counts, failures before the
exit too. Pure functions on recorded tables; time is years.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..basis.errors import ResultsError, nearest, one_of, shown
from ..basis.late import pd
from ..basis.units import QUARTERS_PER_YEAR, BoolArray, FloatArray, IntArray

HORIZONS = (1.0, 3.0, 5.0, 10.0)
DIMENSIONS = ("exit_strategy", "mechanism", "kind", "income_group")
FROM_FOUNDING = ("all_from_founding", "exit_strategy_from_founding", "mechanism_from_founding")
LONGEST_YEARS = 25
Z_90 = 1.6448536269514722


def survival(
    initiatives: pd.DataFrame, start: float, end: float, dimensions: Sequence[str] | None = None
) -> pd.DataFrame:
    """Count, quarter by quarter, how many initiatives were still serving and how many closed.

    Args:
        initiatives: one row per initiative with ended (year funding ended, missing if still funded or closed before),
            closed (missing if alive), people, the dimensions exit_strategy, mechanism, kind, income_group, and, where
            recorded, founded (year) and outlay_usd (paid by donors).
        start: exits and foundings before this year are left out.
        end: the year at which watching stops; what is alive then is censored, not counted as a survivor for ever.
        dimensions: which to count by; all of them if left out.

    Returns:
        dimension (all, one of the above, or one of FROM_FOUNDING), value, years_after_exit (0.25, 0.5, ...; years after
        founding in the dimensions of FROM_FOUNDING), at_risk and events (initiatives), people_at_risk and people_events
        (the same, weighted by the people served), followed (initiatives that began so early that they could be watched
        that long), followed_people (whom these serve) and followed_usd (what donors paid for them up to the end).
        Counts of several runs may be summed.
    """
    wanted = ("all", *DIMENSIONS, *FROM_FOUNDING) if dimensions is None else dimensions
    by_exit = {name: name for name in ("all", *DIMENSIONS) if name in wanted}
    tables = _clock(initiatives, "ended", by_exit, start, end)
    if "founded" in initiatives:
        names = {name: name.removesuffix("_from_founding") for name in FROM_FOUNDING if name in wanted}
        tables += _clock(initiatives, "founded", names, start, end)
    counts = pd.concat(tables, ignore_index=True)
    return counts.astype({"dimension": "category", "value": "category"})


def _clock(
    initiatives: pd.DataFrame, begins: str, dimensions: dict[str, str], start: float, end: float
) -> list[pd.DataFrame]:
    """Count on one clock: from the column `begins`, by dimensions under the name that the table shows."""
    began = initiatives[begins].to_numpy(dtype=np.float64)
    counted = np.isfinite(began) & (began >= start) & (began <= end)
    chosen, began = initiatives.loc[counted], began[counted]
    closed = chosen["closed"].to_numpy(dtype=np.float64)
    event = np.isfinite(closed) & (closed < end)
    # A date names the quarter that begins on it. An exit or a founding takes effect at the start of its quarter and a
    # closure at the end of its own, so who closes in the quarter of the exit has lived through one quarter of risk.
    watched = _quarters(np.where(event, closed, end) - began) + event
    possible = _quarters(end - began)
    length = int(min(LONGEST_YEARS, max(end - start, 1)) * QUARTERS_PER_YEAR)
    weights = {"people": chosen["people"].to_numpy(dtype=np.float64)}
    weights["usd"] = chosen["outlay_usd"].to_numpy(dtype=np.float64) if "outlay_usd" in chosen else 0.0 * began
    tables = []
    for dimension, column in dimensions.items():
        place, values = _labels(chosen, column)
        counts = _survival_counts(watched, event, possible, weights, length, place, len(values))
        tables.append(
            pd.DataFrame({"dimension": dimension, "value": np.repeat(np.array(values, dtype=object), length), **counts})
        )
    return tables


def _labels(initiatives: pd.DataFrame, column: str) -> tuple[IntArray, list[str]]:
    """Return each initiative's label as its place, (n,), among those that occur, and these in alphabetical order."""
    if column == "all":
        return np.zeros(len(initiatives), dtype=np.int64), ["all"]
    place, values = pd.factorize(initiatives[column], sort=True)
    return place.astype(np.int64), [str(value) for value in values]


def _quarters(years: FloatArray) -> IntArray:
    """Return the whole quarters in a time."""
    return np.floor(years * QUARTERS_PER_YEAR + 1e-6).astype(np.int64)


def _survival_counts(
    quarter: IntArray,
    event: BoolArray,
    possible: IntArray,
    weights: dict[str, FloatArray],
    length: int,
    place: IntArray,
    labels: int,
) -> dict[str, np.ndarray]:
    """Count those at risk, closing and followed, label by label, in each quarter up to `length`; (labels x length,)."""
    bins = length + 2
    first = place * bins
    clipped, reachable = first + np.minimum(quarter, length + 1), first + np.minimum(possible, length + 1)
    shape = (labels, bins)

    def at_least(when: IntArray, weight: FloatArray | None = None) -> FloatArray:
        """Add up from the far end: all that get to this quarter or further."""
        found = np.bincount(when, weight, labels * bins).reshape(shape)
        reaching: FloatArray = found[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1 : length + 1].ravel()
        return reaching

    def closing(weight: FloatArray | None = None) -> FloatArray:
        """Add up those that closed in each quarter."""
        ending = np.bincount(clipped[event], None if weight is None else weight[event], labels * bins)
        return ending.reshape(shape)[:, 1 : length + 1].ravel().astype(np.float64)

    return {
        "years_after_exit": np.tile(np.arange(1, length + 1, dtype=np.float32) / QUARTERS_PER_YEAR, labels),
        "at_risk": at_least(clipped).astype(np.int32),
        "events": closing().astype(np.int32),
        "people_at_risk": at_least(clipped, weights["people"]),
        "people_events": closing(weights["people"]),
        "followed": at_least(reachable).astype(np.int32),
        "followed_people": at_least(reachable, weights["people"]),
        "followed_usd": at_least(reachable, weights["usd"]),
    }


def kaplan_meier(at_risk: FloatArray, events: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Estimate the share still serving after each interval, with Greenwood's 90% band on the log-log scale.

    Args:
        at_risk: initiatives alive and watched at each time, in order of time along the last axis.
        events: those that closed at that time, same shape.

    Returns:
        Survival, low and high, each of the same shape; missing from where nobody is left to watch.
        Source: Kaplan and Meier (1958), JASA 53; Greenwood (1926); Kalbfleisch and Prentice (1980) for the band.
    """
    risk = np.asarray(at_risk, dtype=np.float64)
    died = np.asarray(events, dtype=np.float64)
    share = np.divide(died, risk, out=np.zeros_like(risk), where=risk > 0.0)
    lasting = np.cumprod(1.0 - share, axis=-1)
    alive: FloatArray = np.where((risk > 0.0) | (lasting == 0.0), lasting, np.nan)
    spare = risk * (risk - died)
    variance = np.cumsum(np.divide(died, spare, out=np.zeros_like(risk), where=spare > 0.0), axis=-1)
    inside = (alive > 0.0) & (alive < 1.0)
    log_alive = np.log(alive, out=np.full_like(alive, np.nan), where=inside)
    width = np.divide(Z_90 * np.sqrt(variance), -log_alive, out=np.zeros_like(alive), where=inside)
    low: FloatArray = np.where(inside, np.exp(log_alive * np.exp(width)), alive)
    high: FloatArray = np.where(inside, np.exp(log_alive * np.exp(-width)), alive)
    return alive, low, high


WEIGHTS = {
    "initiatives": ("at_risk", "events", "followed"),
    "people": ("people_at_risk", "people_events", "followed_people"),
}


def check_dimension(dimension: str, weight: str) -> None:
    """Refuse a dimension by which survival isn't counted, or a weight.

    Raises:
        ResultsError: no such dimension or weight; carries the nearest name.
    """
    known = ("all", *DIMENSIONS, *FROM_FOUNDING)
    for key, wanted, names in (("dimension", dimension, known), ("weight", weight, tuple(WEIGHTS))):
        if wanted not in names:
            raise ResultsError(
                f"survival isn't counted by {shown(wanted)}",
                key=key,
                expected=one_of(names, str(wanted)),
                nearest=nearest(str(wanted), names),
            )


def serving_at(counts: pd.DataFrame, years: Sequence[float], weight: str = "initiatives") -> FloatArray:
    """Return the share still serving at some times of one curve, in a straight line between quarters.

    Args:
        counts: the columns of :func:`survival` for one value of one dimension.
        years: after exit, or after founding where the dimension says so.
        weight: initiatives (each counts once) or people (each counts with the people it serves).

    Returns:
        Shape of `years`; all serve at time 0; missing where nobody was watched so long.
    """
    ordered = counts.sort_values("years_after_exit")
    risk, closing, _ = WEIGHTS[weight]
    times, at_risk, closed = (ordered[name].to_numpy(np.float64) for name in ("years_after_exit", risk, closing))
    return _serving_at(times, at_risk, closed, years)


def _serving_at(times: FloatArray, risk: FloatArray, closing: FloatArray, years: Sequence[float]) -> FloatArray:
    """Return the share still serving at some times of a curve whose times are in order."""
    curve, _, _ = kaplan_meier(risk, closing)
    at, shares = np.concatenate([[0.0], times]), np.concatenate([[1.0], curve])
    return np.asarray(np.interp(years, at, shares, right=np.nan))


def _rows_at(times: FloatArray, years: Sequence[float]) -> IntArray:
    """Return where some times stand among those of a curve; the last place for one that the curve does not reach."""
    there = np.round(times, 2)[:, np.newaxis] == np.round(years, 2)
    return np.where(there.any(axis=0), there.argmax(axis=0), times.size - 1)


def shares_serving(
    survival: pd.DataFrame, years: tuple[float, ...] = HORIZONS, dimension: str = "all", weight: str = "initiatives"
) -> pd.DataFrame:
    """Read the share still serving, and how many that is for every million dollars, off each run's own curve.

    Args:
        survival: run and the columns that :func:`survival` returns.
        years: after exit, or after founding where the dimension says so.
        dimension: of the table.
        weight: initiatives (each counts once) or people (each counts with the people it serves).

    Returns:
        run, value, years_after_exit, survival (missing where nobody was watched so long) and per_million_usd:
        initiatives, or people, still served then for every million dollars that donors paid for those that began early
        enough to be that old (missing where nothing was paid).
    """
    risk, closing, followed = WEIGHTS[weight]
    chosen = survival.loc[survival["dimension"] == dimension].astype({"value": str})
    chosen = chosen.sort_values(["run", "value", "years_after_exit"], kind="stable")
    if chosen.empty:
        return pd.DataFrame(columns=["run", "value", "years_after_exit", "survival", "per_million_usd"])
    runs, values, times = (chosen[name].to_numpy() for name in ("run", "value", "years_after_exit"))
    firsts = np.flatnonzero(np.append(True, (runs[1:] != runs[:-1]) | (values[1:] != values[:-1])))
    parts = [slice(first, end) for first, end in zip(firsts, np.append(firsts[1:], runs.size), strict=True)]
    at_risk, closed = (chosen[name].to_numpy(np.float64) for name in (risk, closing))
    shares = np.array([_serving_at(times[part], at_risk[part], closed[part], years) for part in parts])
    found = {
        "run": np.repeat(runs[firsts].astype(np.int64), len(years)),
        "value": np.repeat(values[firsts], len(years)),
    }
    found |= {"years_after_exit": np.tile(years, len(parts)), "survival": shares.ravel()}
    if "followed_usd" in chosen:
        rows = np.array([part.start + _rows_at(times[part], years) for part in parts])
        number, paid = (chosen[name].to_numpy(np.float64)[rows] for name in (followed, "followed_usd"))
        per_million = shares * np.divide(number, paid / 1e6, np.full(paid.shape, np.nan), where=paid > 0)
        found["per_million_usd"] = per_million.ravel()
    return pd.DataFrame(found)
