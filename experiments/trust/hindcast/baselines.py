"""What a forecast has to beat: seven ways to carry internet use on that know nothing of the simulation.

Each takes the series up to the origin and gives, for each horizon, a point forecast (share) and, where the method has
one, a sample of its predictive distribution; a method without one is scored as a point. All know the same: use in
every economy up to the origin.

- persistence: the last value; spread from its own past errors at the nearest levels.
- drift: the mean yearly change of the last five years, in points; spread as above.
- logistic and Gompertz curves with a fitted ceiling, and the Bass model (Bass 1969, Management Science 15), by least
  squares on the whole series.
- ARIMA(0,2,1) of the log odds, by exact likelihood (statsmodels), with its normal predictive distribution.
- analogue: what the 80 nearest past levels of any economy gained in as many years, in log odds; the median is the
  point, the 80 are the distribution.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import least_squares

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.normal import normal_quantile
from afteraid.simulation.basis.units import FloatArray, bounded_logit, expit

from ...calibration.bounds import reached

NEIGHBOURS = 80
DRIFT_YEARS = 5
FEWEST_OBSERVED = 6
FEWEST_FOR_ARIMA = 5
QUANTILES = 99  # of a normal predictive distribution
LONGEST_GAP = 3  # years between two observations that a series may be carried across


@dataclass(frozen=True)
class Forecast:
    """A baseline's forecast at one horizon, for C economies: point (share), and a sample (C, S) or None.

    `held` counts the economies whose fit ends at one of its bounds.
    """

    point: FloatArray
    sample: FloatArray | None = None
    held: int = 0


Method = Callable[[pd.DataFrame, list[int]], dict[int, Forecast]]


def filled(use: pd.DataFrame) -> pd.DataFrame:
    """Carry each series across gaps of up to three years in a straight line; nothing is carried beyond its ends."""
    return use.interpolate(limit=LONGEST_GAP, limit_area="inside")


def scorable(use: pd.DataFrame) -> list[str]:
    """Return the economies that are observed in the last year and in six years or more, with five years unbroken."""
    whole = filled(use).iloc[-1 - DRIFT_YEARS :].notna().all()
    chosen = use.iloc[-1].notna() & (use.notna().sum() >= FEWEST_OBSERVED) & whole
    return [str(iso3) for iso3 in use.columns[chosen]]


def persistence(use: pd.DataFrame, horizons: list[int]) -> dict[int, Forecast]:
    """Carry the last value on."""
    return _with_past_errors(use, horizons, lambda series, _: series)


def drift(use: pd.DataFrame, horizons: list[int]) -> dict[int, Forecast]:
    """Go on as in the last five years, in points, within 0 and 100%."""

    def step(series: FloatArray, horizon: int) -> FloatArray:
        yearly = np.full_like(series, np.nan)
        yearly[DRIFT_YEARS:] = (series[DRIFT_YEARS:] - series[:-DRIFT_YEARS]) / DRIFT_YEARS
        return np.clip(series + horizon * yearly, 0.0, 1.0)

    return _with_past_errors(use, horizons, step)


def _with_past_errors(
    use: pd.DataFrame, horizons: list[int], rule: Callable[[FloatArray, int], FloatArray]
) -> dict[int, Forecast]:
    """Apply a rule to every year, and spread its last forecast by its errors at the nearest past levels."""
    chosen, found = scorable(use), {}
    series = filled(use)
    everyone, wanted = series.to_numpy(dtype=np.float64), series[chosen].to_numpy(dtype=np.float64)
    for horizon in horizons:
        forecast = rule(everyone, horizon)
        error = bounded_logit(everyone[horizon:]) - bounded_logit(forecast[:-horizon])
        errors = _nearest(everyone[:-horizon], error, wanted[-1])
        point = rule(wanted, horizon)[-1]
        found[horizon] = Forecast(point, expit(bounded_logit(point)[:, None] + errors))
    return found


def analogue(use: pd.DataFrame, horizons: list[int]) -> dict[int, Forecast]:
    """Gain what the economies at the 80 nearest past levels gained in as many years, in log odds."""
    observed, now = use.to_numpy(dtype=np.float64), use[scorable(use)].to_numpy(dtype=np.float64)[-1]
    found = {}
    for horizon in horizons:
        gain = bounded_logit(observed[horizon:]) - bounded_logit(observed[:-horizon])
        sample = bounded_logit(now)[:, None] + _nearest(observed[:-horizon], gain, now)
        found[horizon] = Forecast(expit(np.median(sample, axis=1)), expit(sample))
    return found


def _nearest(levels: FloatArray, values: FloatArray, now: FloatArray) -> FloatArray:
    """Return the values that belong to the 80 past levels nearest each present one, (C, 80)."""
    usable = ~np.isnan(levels) & ~np.isnan(values)
    past, value = bounded_logit(levels[usable]), values[usable]
    if not past.size:
        raise InputError("no past to learn from at this horizon", key="--horizons", expected="a shorter horizon")
    distance = np.abs(past[None, :] - bounded_logit(now)[:, None])
    places = np.argsort(distance, axis=1, kind="stable")[:, : min(NEIGHBOURS, past.size)]
    return np.asarray(value[places])


def _logistic(numbers: FloatArray, time: FloatArray) -> FloatArray:
    return np.asarray(numbers[0] * expit(numbers[1] * (time - numbers[2])))


def _gompertz(numbers: FloatArray, time: FloatArray) -> FloatArray:
    return np.asarray(numbers[0] * np.exp(-np.exp(np.clip(-numbers[1] * (time - numbers[2]), -50.0, 50.0))))


def _bass(numbers: FloatArray, time: FloatArray) -> FloatArray:
    ceiling, imitation, log_innovation = numbers
    innovation = np.exp(log_innovation)
    fall = np.exp(-(innovation + imitation) * np.maximum(time, 0.0))
    return np.asarray(ceiling * (1.0 - fall) / (1.0 + imitation / innovation * fall))


CURVES: dict[str, tuple[Callable[[FloatArray, FloatArray], FloatArray], tuple[tuple[float, float], ...]]] = {
    "logistic": (_logistic, ((0.02, 2.0), (-20.0, 80.0))),
    "gompertz": (_gompertz, ((0.01, 1.5), (-20.0, 80.0))),
    "bass": (_bass, ((0.02, 2.0), (-14.0, -1.0))),
}
FIRST_GUESSES: dict[str, tuple[tuple[float, float], ...]] = {
    "logistic": ((0.3, 18.0), (0.2, 28.0)),
    "gompertz": ((0.15, 18.0), (0.1, 28.0)),
    "bass": ((0.3, -6.0), (0.2, -8.0)),
}


def growth_curve(name: str, use: pd.DataFrame, horizons: list[int]) -> dict[int, Forecast]:
    """Fit a curve with a ceiling of its own to each series by least squares, and read it off; points only."""
    function, bounds = CURVES[name]
    points, held = [], 0
    for iso3 in scorable(use):
        series = use[iso3].dropna()
        values, time = series.to_numpy(dtype=np.float64), series.index.to_numpy(dtype=np.float64) - 1990.0
        most = float(values.max())
        low = np.array([min(most, 0.98), *(pair[0] for pair in bounds)])
        high = np.array([1.0, *(pair[1] for pair in bounds)])

        def misfit(numbers: FloatArray, time: FloatArray = time, values: FloatArray = values) -> FloatArray:
            return np.asarray(function(numbers, time) - values)

        fits = [
            least_squares(
                misfit,
                np.array([min(max(1.2 * most, low[0] + 1e-3), 0.999), *guess]),
                bounds=(low, high),
                max_nfev=200,
            )
            for guess in FIRST_GUESSES[name]
        ]
        best = min(fits, key=lambda fit: float(fit.cost))
        ahead = float(use.index[-1]) - 1990.0 + np.array(horizons, dtype=np.float64)
        points.append(np.clip(function(best.x, ahead), 0.0, 1.0))
        ends = list(zip(map(float, low), map(float, high), strict=True))
        held += any(reached(best.x[[at]], bound, limits) for at, limits in enumerate(ends) for bound in limits)
    table = np.array(points)
    return {horizon: Forecast(table[:, place], held=held) for place, horizon in enumerate(horizons)}


def arima(use: pd.DataFrame, horizons: list[int]) -> dict[int, Forecast]:
    """Forecast the log odds with an ARIMA(0,2,1) fitted to each series, from where it has left the lowest level."""
    series, longest = filled(use), max(horizons)
    quantiles = normal_quantile((np.arange(QUANTILES) + 0.5) / QUANTILES)
    ahead = []
    for iso3 in scorable(use):
        values = bounded_logit(series[iso3].dropna().to_numpy(dtype=np.float64))
        moving = int(np.argmax(values > values[0]))  # years at the floor tell of no growth yet
        ahead.append(_arima_ahead(values[max(moving - 1, 0) :], longest))
    found = {}
    for horizon in horizons:
        mean, spread = (np.array([pair[part][horizon - 1] for pair in ahead]) for part in (0, 1))
        found[horizon] = Forecast(expit(mean), expit(mean[:, None] + spread[:, None] * quantiles[None, :]))
    return found


def _arima_ahead(values: FloatArray, longest: int) -> tuple[FloatArray, FloatArray]:
    """Return mean and standard deviation of the next years' log odds."""
    try:
        from statsmodels.tsa.statespace.sarimax import SARIMAX
    except ImportError:
        raise InputError(
            "statsmodels is missing", expected="an installation with its extra: pip install 'afteraid[calibration]'"
        ) from None
    years = np.arange(1.0, longest + 1.0)
    changes = np.diff(values)
    straight = values[-1] + years * changes.mean(), years * changes.std()
    if values.size < FEWEST_FOR_ARIMA:
        return straight
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of short series: a fit on the edge of what can be inverted is still one
            model = SARIMAX(values, order=(0, 2, 1), concentrate_scale=True)
            fitted = model.fit(disp=0, cov_type="none").get_forecast(longest)
            mean, spread = np.asarray(fitted.predicted_mean), np.asarray(fitted.se_mean)
        if np.isfinite(mean).all() and np.isfinite(spread).all():
            return mean, spread
    except (ArithmeticError, ValueError, np.linalg.LinAlgError):
        pass  # a series that hardly moves has no likelihood to find the top of
    return straight


BASELINES = ("persistence", "drift", "logistic", "gompertz", "bass", "arima", "analogue")


def forecast(name: str, use: pd.DataFrame, horizons: list[int]) -> dict[int, Forecast]:
    """Return the forecasts of one baseline by its name, for the economies of `scorable`, from the last year of `use`.

    Args:
        name: one of `BASELINES`.
        use: share of people online, years by economies, up to the origin and no further.
        horizons: years ahead.
    """
    if name in CURVES:
        return growth_curve(name, use, horizons)
    methods: dict[str, Method] = {"persistence": persistence, "drift": drift, "arima": arima, "analogue": analogue}
    return methods[name](use, horizons)
