"""Sections of the page of skill on wanted figures, groups and target years, made from a hindcast's forecasts."""

from __future__ import annotations

from ..trust.hindcast.hindcast import Hindcast
from ..trust.hindcast.scores import (
    ANALOGUE,
    COMPARED,
    GROUPS_WITH_A_BAND,
    LATE,
    LAW,
    SIMULATION,
    WEIGHTS,
    late,
    of_group,
    score,
)
from ..trust.hindcast.targets import ALL_HORIZONS, BAND, GROUP_BAND, NOT_JUDGED, ORDER, WIDER, worst, years
from .skill_tables import markdown

RIVALS = (SIMULATION, LAW, ANALOGUE, "drift", "arima")
BY = {"countries": "by countries", "people": "by people"}


def wanted(found: Hindcast) -> str:
    """Return every wanted figure beside the measured one, and name the misses and the worst groups."""
    judged = [row for row in found.targets if row["met"] is not None]
    missed = [row for row in judged if not row["met"]]
    said = {True: "met", False: "**missed**", None: "not judged"}
    rows = [[row["target"], row["horizon"], row["value"], row["wanted"], said[_met(row)]] for row in found.targets]
    names = "".join(
        f"- {row['target']}, {row['horizon']}: {row['value']} (wanted {row['wanted']}).\n" for row in missed
    )
    ends = worst(found.forecasts)
    worst_said = [f"By coverage of the 80% interval: {ends['coverage'][0]} ({ends['coverage'][1]:.0f}%)."]
    if "score" in ends:
        worst_said.append(f"By CRPS against the analogue: {ends['score'][0]} ({ends['score'][1]:+.0f}%).")
    return f"""## Wanted and measured

{len(judged) - len(missed)} of {len(judged)} are met. They were set before this hindcast was run, from a study of the
law alone on the same panel, and are judged on target years from {LATE} on. So they show that the whole simulation keeps
what the law can do, and are no test on unseen years. Figures of 99.5% or more count as 99.5%.

{markdown(["figure", "horizon", "found", "wanted", ""], rows)}
{"Missed:" if missed else "None is missed."}

{names}
The worst of the groups by income, region and size, over all horizons. {" ".join(worst_said)}

The Arab States are not judged: use rose there by a surge of the whole region in 2013-18, one event that no law holds.
{_doubt(found)}"""


def _met(row: dict[str, object]) -> bool | None:
    return None if row["met"] is None else bool(row["met"])


def _doubt(found: Hindcast) -> str:
    """Name the coverages so near a limit that these forecasts cannot decide whether they are met."""
    own = late(found.forecasts)
    own = own[own["model"] == SIMULATION]
    tables = [score(own), score(own, ("model",)).assign(horizon=0)]
    near = []
    for table in tables:
        for row in table.to_dict("records"):
            everywhere = row["grouping"] == "everywhere" and row["horizon"]
            if not everywhere and (row["grouping"] not in GROUPS_WITH_A_BAND or row["horizon"]):
                continue
            name = str(row["group"])
            limits = BAND if everywhere else (GROUP_BAND[0], WIDER.get(name, GROUP_BAND[1]))
            share = row["cover80"] / 100.0
            error = 100.0 * (share * (1.0 - share) / row["forecasts"]) ** 0.5
            if name not in NOT_JUDGED and min(abs(row["cover80"] - limit) for limit in limits) < error:
                when = years(int(row["horizon"])) if everywhere else ALL_HORIZONS
                near.append(f"- {name}, {when}: {row['cover80']:.1f}% (standard error {error:.1f});")
    if not near:
        return "No coverage is within a standard error of its limit.\n"
    words = "These are within one standard error of a limit (as of independent forecasts), so they are not clearly met"
    return f"{words} or missed:\n\n" + "\n".join(near)[:-1] + ".\n"


def by_groups(found: Hindcast) -> str:
    """Return mean absolute errors and CRPS for all, LDC and Africa, by countries and by people, from 2019 on."""
    chosen = late(found.forecasts)
    parts = []
    for measure, words in (("mae", "Mean absolute error"), ("crps", "CRPS")):
        rows = []
        for group in COMPARED:
            table = score(of_group(chosen, group))
            table = table[(table["grouping"] == "everywhere") & table["model"].isin(RIVALS)]
            for weight in WEIGHTS:
                column = measure if weight == "countries" else f"{measure}_people"
                wide = table.pivot(index="model", columns="horizon", values=column)
                for model in (name for name in RIVALS if name in wide.index):
                    shown = f"**{model}**" if model == SIMULATION else model
                    cells = (f"{value:.2f}" for value in wide.loc[model])
                    rows.append([f"{group}, {BY[weight]}", shown, *cells])
        heads = ["", "model", *(f"{horizon} y" for horizon in sorted(set(chosen["horizon"])))]
        parts.append(f"{words}:\n\n{markdown(heads, rows)}")
    return f"""## Countries and people, targets from {LATE}

A mean over people weights an economy by its population at the origin.

{chr(10).join(parts)}"""


def by_target_year(found: Hindcast) -> str:
    """Return error, bias and coverage of the simulation by target year and horizon."""
    own = found.scores[(found.scores["model"] == SIMULATION) & (found.scores["grouping"] == "target")]
    rows = []
    for year, part in own.groupby("group"):
        cells = {
            int(row["horizon"]): f"{row['mae']:.2f} ({row['bias']:+.2f}; {row['cover80']:.0f})"
            for row in part.to_dict("records")
        }
        rows.append([str(year), *(cells.get(horizon, "-") for horizon in sorted(set(own["horizon"])))])
    heads = ["target year", *(f"{horizon} y" for horizon in sorted(set(own["horizon"])))]
    return f"""## Target years

Mean absolute error (bias; outcomes inside the 80% interval, %) by target year and horizon:

{markdown(heads, rows)}"""


def pooled_bands(found: Hindcast) -> str:
    """Return error and coverage in each group over all horizons, in target years from 2019 and in all."""
    own = found.pooled[(found.pooled["model"] == SIMULATION) & found.pooled["grouping"].isin(GROUPS_WITH_A_BAND)]
    found_of = {(row["grouping"], row["group"], row["targets"]): row for row in own.to_dict("records")}
    order = sorted(
        {(str(row["grouping"]), str(row["group"])) for row in own.to_dict("records")},
        key=lambda pair: (GROUPS_WITH_A_BAND.index(pair[0]), ORDER.get(pair[1], -1), pair[1]),
    )
    rows = []
    for pair in order:
        cells = []
        for targets in ("late", "all"):
            one = found_of.get((*pair, targets))
            shown = ("forecasts", "{:.0f}"), ("mae", "{:.2f}"), ("cover80", "{:.0f}")
            cells += ["-" if one is None else form.format(one[name]) for name, form in shown]
        rows.append([pair[1], *cells])
    heads = [
        "group",
        *(f"{name}, {when}" for when in (f"from {LATE}", "all years") for name in ("forecasts", "MAE", "80%")),
    ]
    return f"""Over all horizons; the last of three columns is the share of outcomes inside the 80% interval:

{markdown(heads, rows)}
{_regions(found)}"""


def _regions(found: Hindcast) -> str:
    """Return how often what came of a region's mean lay inside its band."""
    means = late(found.means).assign(inside=lambda one: (one["observed"].between(one["low80"], one["high80"])) * 100.0)
    rows = []
    for model, part in means.groupby("model", sort=False):
        by = part.groupby("horizon")["inside"].mean()
        errors = (part["point"] - part["observed"]).abs().mean()
        rows.append([str(model), *(f"{value:.0f}" for value in by), f"{part['inside'].mean():.0f}", f"{errors:.2f}"])
    heads = ["", *(f"{horizon} y" for horizon in sorted(set(means["horizon"]))), "all", "MAE"]
    return f"""Means of regions, the mean over a region's scored economies, targets from {LATE}: outcomes inside the 80%
interval, %, and mean absolute error:

{markdown(heads, rows)}"""


def carried(found: Hindcast) -> str:
    """Say which paths of barriers were used, and how coverage by 3G went on after each origin."""
    if found.manifest["access_sha256"] is None:
        return "The paths of barriers are the shipped ones, which know figures up to 2024.\n"
    table = found.access[found.access["series"] == "coverage_3g"]
    rows = [
        [str(row["origin"]), f"{row['pooled']:.2f}", f"{row['part']:.2f}", f"{row['pooled'] * row['part']:.2f}",
         "judged" if row["earlier"] < 3 else f"{row['earlier']:.0f} earlier origins"]
        for row in table.to_dict("records")
    ]  # fmt: skip
    return f"""## Barriers

At each origin the paths of coverage (2G and 3G), fixed lines, electricity, skills and the price of data were fitted
again on figures up to it. After it, coverage and lines go on at a part of the pooled pace of the five years
before. The part is the one with the least error from earlier origins, whose later years were known by then. With fewer
than three of these, half is taken. Electricity and skills go on at each economy's own pace, and prices at their mean
fall of five years. Log odds of coverage by 3G, a year:

{markdown(["origin", "pooled pace", "part", "pace after", "part from"], rows)}
Where the pace changes, a part that earlier origins teach comes late: from 2016 to 2018 coverage goes on too fast.
"""
