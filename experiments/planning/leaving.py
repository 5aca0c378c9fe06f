"""Keep or build, and when to leave: the same money spent on staying, on handing over, or on founding anew.

Each option is run on the same random numbers, with the same appropriations of donors year by year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from afteraid.simulation.ensemble import Progress, run
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.measure import BAND
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.charts import Chart
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.results.words.numbers import UNKNOWN, change, estimate, estimated_change, figures, level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import CLEAR, TOO_FEW, TOO_SMALL, judge, smallest
from afteraid.simulation.scenario.scenario import Scenario

RATIO, TEN_YEARS, STRANDED = (
    "additional_user_years_per_1000_usd", "serving_10_years_after_founding", "stranded_share",
)  # fmt: skip
HEADLINES = (RATIO, TEN_YEARS, STRANDED)
KEEP_OR_BUILD = "Keep or build"
BUILD, KEEP = "leave at once", "stay for twelve years"


@dataclass(frozen=True)
class Option:
    """What donors do with the same money."""

    words: str
    exits: Mapping[str, float]


OPTIONS: tuple[Option, ...] = (
    Option(BUILD, {"abrupt": 1.0}),
    Option("phase down", {"linear_phase_down": 1.0}),
    Option("hand over to government", {"government_handover": 1.0}),
    Option("leave when ready", {"adaptive": 1.0}),
    Option(KEEP, {"evergreen": 1.0}),
)
SAY = Templates(
    "keep or build",
    build="Building wins for the dollar: leaving at once and founding more brings {change} additional user-years per "
    "1,000 dollars, against staying. {k} of {n} pairs agree.",
    keep="Keeping wins for the dollar: staying brings {change} additional user-years per 1,000 dollars, against "
    "leaving at once and founding more. {k} of {n} pairs agree.",
    level="Keep or build: no clear effect of staying on additional user-years per 1,000 dollars, {change}.",
    few="Keep or build: staying changes additional user-years per 1,000 dollars by {change} in the mean of {pairs} "
    "paired runs, too few for a verdict.",
    small="Keep or build: {change} additional user-years per 1,000 dollars for staying: real in this model, "
    "and too small to matter.",
    unknown="Keep or build: the years are too few for additional user-years per 1,000 dollars.",
    lasting="Staying changes the share that serves ten years after founding by {change}.",
    conflict="Keeping wins on what lasts, and building on users for the dollar: your values decide.",
    leave="For the dollar it is best to {best}: {value} additional user-years per 1,000 dollars.",
    leave_alike="For the dollar no exit strategy is clearly better: {low} to {high} additional user-years per 1,000 "
    "dollars.",
    when_unknown="When to leave: the years are too few for additional user-years per 1,000 dollars.",
    leave_worse="Clearly worse: {options}.",
    leave_level="No difference that matters from the best, or none that is clear: {options}.",
    lasts="What lasts most: {best}, with {share} serving ten years after founding.",
    lasts_alike="No exit strategy lasts clearly longer: {low} to {high} serve ten years after founding.",
    equal="Donors' appropriations are equal in all options. Money that donors spend on staying founds nothing new.",
    pairs="Each option has the same {runs} runs with the same random numbers. Numbers are means.",
)


def leaving(
    scenario: Scenario, runs: int, workers: int | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Run each option, and return its headlines: option, run and one column a headline.

    Args:
        scenario: whose exits are replaced.
        runs: of each option.
        workers: processes to use.
        progress: called with worlds done and worlds in all.
    """
    parts = []
    for place, option in enumerate(OPTIONS):
        plan = scenario.with_settings({"exits": dict(option.exits)})

        def advance(done: int, of: int, place: int = place) -> None:
            if progress is not None:
                progress(place * runs + done, len(OPTIONS) * runs)

        results = run(plan, runs=runs, workers=workers, progress=advance)
        found = results.headlines()[list(HEADLINES)].rename_axis("run").reset_index()
        parts.append(found.assign(option=option.words))
    return pd.concat(parts, ignore_index=True)[["option", "run", *HEADLINES]]


def paired(table: pd.DataFrame, headline: str, option: str, base: str) -> pd.Series[float]:
    """Return the differences of two options in a headline, by run."""
    wide = table.pivot(index="run", columns="option", values=headline)
    return (wide[option] - wide[base]).dropna()


def differences(table: pd.DataFrame, headline: str, base: str) -> pd.DataFrame:
    """Return each other option less one: option, mean, low, high, pairs, same_side and verdict."""
    rows = []
    level = float(table.loc[table["option"] == base, headline].mean())
    for option in dict.fromkeys(table["option"]):
        values = paired(table, headline, option, base).to_numpy(np.float64)
        if option == base or not values.size:
            continue
        mean, (low, high) = float(values.mean()), np.quantile(values, BAND)
        side = int((np.sign(values) == np.sign(mean)).sum()) if mean else 0
        verdict = judge(values, smallest(CATALOGUE[headline].matters, level)).verdict
        rows.append((option, mean, low, high, values.size, side, verdict))
    return pd.DataFrame(rows, columns=["option", "mean", "low", "high", "pairs", "same_side", "verdict"])


def keep_part(table: pd.DataFrame) -> Answer:
    """Say whether it is better to stay with what exists or to found more."""
    found, lasting = (_of_keeping(differences(table, headline, BUILD)) for headline in (RATIO, TEN_YEARS))
    if found.empty:
        return Answer(KEEP_OR_BUILD, (SAY("unknown"),), (_levels(table, KEEP_OR_BUILD),))
    row = found.iloc[0]
    mean, verdict = float(row["mean"]), str(row["verdict"])
    said = _change(row)
    turned = estimated_change(-mean, -float(row["high"]), -float(row["low"]), "ratio")
    pairs = {"k": int(row["same_side"]), "n": int(row["pairs"])}
    if verdict == CLEAR:
        first = SAY("keep", change=said, **pairs) if mean > 0.0 else SAY("build", change=turned, **pairs)
    elif verdict == TOO_SMALL:
        first = SAY("small", change=said)
    else:
        few = verdict == TOO_FEW
        first = SAY("few", change=change(mean, "ratio"), pairs=pairs["n"]) if few else SAY("level", change=said)
    sentences = [first]
    for _, lasts in lasting[lasting["verdict"] == CLEAR].iterrows():
        sentences.append(SAY("lasting", change=_change(lasts, "share")))
        if verdict == CLEAR and mean < 0.0 < float(lasts["mean"]):
            sentences.append(SAY("conflict"))
    shown = table[table["option"].isin([BUILD, KEEP])]
    tables = (Table("keep_or_build", found), _levels(shown, KEEP_OR_BUILD))
    chart = _spans(found, "keep-or-build", f"Staying instead of founding: {said} user-years per 1,000 dollars")
    return Answer(KEEP_OR_BUILD, tuple(sentences), tables, (chart,), (SAY("equal"), _pairs(table)))


def when_part(table: pd.DataFrame) -> Answer:
    """Say which way and time to leave is best for the dollar, and which lasts most."""
    means = table.groupby("option", sort=False)[list(HEADLINES)].mean()
    if means[RATIO].isna().all():
        return Answer("When to leave", (SAY("when_unknown"),), (_levels(table, "When donors leave"),))
    best, found = _best(table, RATIO)
    worse = _clearly_worse(found)
    others = [name for name in found["option"] if name not in worse]
    ends = {"low": figures(float(means[RATIO].min())), "high": figures(float(means[RATIO].max()))}
    said = [SAY("leave", best=best, value=ends["high"])] if worse else [SAY("leave_alike", **ends)]
    if worse:
        said.append(SAY("leave_worse", options=joined(worse)))
        said += [SAY("leave_level", options=joined(others))] if others else []
    if means[TEN_YEARS].notna().any():
        longest, behind = _best(table, TEN_YEARS)
        low, high = (level(float(end), "share") for end in (means[TEN_YEARS].min(), means[TEN_YEARS].max()))
        clear = bool(_clearly_worse(behind))
        said.append(SAY("lasts", best=longest, share=high) if clear else SAY("lasts_alike", low=low, high=high))
    tables = (Table("when_to_leave", found), _levels(table, "When donors leave"))
    title = f"User-years per 1,000 dollars, against the option with most, to {best}"
    return Answer(
        "When to leave", tuple(said), tables, (_spans(found, "when-to-leave", title),), (SAY("equal"), _pairs(table))
    )


def _best(table: pd.DataFrame, headline: str) -> tuple[str, pd.DataFrame]:
    """Return the option with the highest mean of a headline, and how the others differ from it."""
    best = str(table.groupby("option", sort=False)[headline].mean().idxmax())
    return best, differences(table, headline, best)


def _clearly_worse(found: pd.DataFrame) -> list[str]:
    """Return the options that are clearly worse than the best."""
    return list(found.loc[(found["verdict"] == CLEAR) & (found["mean"] < 0.0), "option"])


def _of_keeping(found: pd.DataFrame) -> pd.DataFrame:
    """Return the difference that staying makes: one row, or none where it is not known."""
    return found[found["option"] == KEEP].reset_index(drop=True)


def _change(row: pd.Series[float], unit: str = "ratio") -> str:
    """Write a paired difference with its interval."""
    mean, low, high = (float(row[name]) for name in ("mean", "low", "high"))
    return estimated_change(mean, low, high, unit)


def _pairs(table: pd.DataFrame) -> str:
    """Say how many pairs there are."""
    return SAY("pairs", runs=int(table["run"].nunique()))


def _levels(table: pd.DataFrame, title: str) -> Table:
    """Lay out the headlines of each option: means with their 90% intervals."""
    lines, runs = [], int(table["run"].nunique())
    for option, part in table.groupby("option", sort=False):
        cells = []
        for name in HEADLINES:
            values = part[name].dropna().to_numpy(np.float64)
            if not values.size:
                cells.append(UNKNOWN)
                continue
            mean, (low, high) = float(values.mean()), map(float, np.quantile(values, BAND))
            cells.append(estimate(mean, low, high, "ratio" if name == RATIO else "share", runs))
        lines.append((str(option), *cells))
    headings = (title, "User-years per 1,000 dollars", "Serving ten years after founding", "Capital stranded in a year")
    return Table(f"headlines of {title.lower()}", table, headings, tuple(lines))


def _spans(found: pd.DataFrame, name: str, title: str) -> Chart:
    """Show paired differences as intervals around their means."""
    data = found.rename(columns={"option": "label", "mean": "median"})[["label", "low", "median", "high", "verdict"]]
    ordered = data.sort_values("median", ascending=False, kind="stable", ignore_index=True)
    return Chart(name, title, "user-years per 1,000 US dollars", "", ordered, SAY("equal"), "spans")
