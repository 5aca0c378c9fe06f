"""The answer of a hindcast: errors and intervals by horizon, and each target with what was found."""

from __future__ import annotations

import pandas as pd

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.names import joined
from afteraid.simulation.results.words.templates import Templates

from .hindcast import Hindcast
from .targets import worst

TITLE = "Forecasts of internet use from {origins}"
MEASURES = {
    "mae": "Mean absolute error (percentage points)",
    "crps": "Continuous ranked probability score (percentage points)",
    "cover80": "Coverage of the 80% interval (%)",
}
SAY = Templates(
    "hindcast",
    targets="{met} of {all} targets are met.",
    beyond="From {origin} no horizon of {horizons} years is scored: the panel ends in {last}.",
    missed="Missed: {target}, {horizon}: {value} (wanted {wanted}).",
    worst_band="Worst group by coverage of the 80% interval, all horizons: {group}, {value}% of outcomes inside.",
    worst_score="Worst group by CRPS against the analogue, all horizons: {group}, {value}%.",
    shipped="No panels of access: the paths of barriers are the shipped ones, which know figures up to 2024.",
    refitted="The paths of barriers are refitted at each origin to figures up to it.",
    covariates="GDP and population: {source}.",
    seen="Each forecast uses only what was known in the year from which it starts.",
)


def answer_of(found: Hindcast) -> Answer:
    """Return errors and coverage by model and horizon, and which targets are missed."""
    judged = [target for target in found.targets if target["met"] is not None]
    missed = [target for target in judged if not target["met"]]
    beyond = found.manifest["asked"].get("horizons_left_out", {})
    sentences = [SAY("refitted" if found.manifest["access_sha256"] else "shipped")]
    sentences += [
        SAY("beyond", origin=origin, horizons=joined(list(map(str, years))), last=found.manifest["panel_last_year"])
        for origin, years in beyond.items()
    ]
    sentences += [SAY("targets", met=len(judged) - len(missed), all=len(judged))]
    sentences += [SAY("missed", **{name: target[name] for name in _SAID}) for target in missed]
    ends = worst(found.forecasts)
    sentences += [
        SAY(f"worst_{_WORST[name]}", group=group, value=f"{value:.0f}") for name, (group, value) in ends.items()
    ]
    title = TITLE.format(origins=joined(list(map(str, found.manifest["asked"]["origins"]))))
    notes = (SAY("seen"), SAY("covariates", source=found.manifest["covariates"]), *found.manifest["notes"])
    tables = [
        Table("scores", found.scores.round(6)),
        Table("pooled", found.pooled.round(6)),
        Table("means", found.means.round(6)),
        Table("access", found.access.round(6)),
        Table("comparisons", found.comparisons.round(6)),
        Table("parts", found.parts.round(6)),
        Table("targets", pd.DataFrame(found.targets)),
        *(_by_horizon(found, measure) for measure in MEASURES),
    ]
    return Answer(title, tuple(sentences), tuple(tables), (), notes, found.manifest)


_WORST = {"coverage": "band", "score": "score"}
_SAID = ("target", "horizon", "value", "wanted")


def _by_horizon(found: Hindcast, measure: str) -> Table:
    """Lay out one measure: a line a model, best first, a column a horizon."""
    scores = found.scores[found.scores["grouping"] == "everywhere"]
    horizons = sorted(set(scores["horizon"]))
    wide = scores.pivot(index="model", columns="horizon", values=measure).dropna(how="all")
    wide = wide.sort_values(horizons[-1] if measure != "cover80" else horizons[0])
    lines = tuple((str(model), *(f"{row[horizon]:.2f}" for horizon in horizons)) for model, row in wide.iterrows())
    years = (f"{horizon} years" if horizon > 1 else "1 year" for horizon in horizons)
    return Table(f"{measure} by horizon", wide.reset_index(), (MEASURES[measure], *years), lines)
