"""What a design makes of a number of runs that is asked for, in words."""

from __future__ import annotations

from afteraid.simulation.results.words.numbers import counted
from afteraid.simulation.results.words.templates import Templates

from .design import COUNTED, INDICES, LEAST_POINTS
from .study import Study

SAY = Templates(
    "study",
    size="{asked} runs were asked for; the design makes {runs} ({size}).",
    indices="These are too few for {indices}, which need {least} runs or more.",
)


def size_said(study: Study, runs: int | None) -> str:
    """Say what becomes of a number of runs that is asked for, and what that is too little for; else nothing."""
    settled = study.with_runs(runs)
    if runs is None or settled is study:
        return ""
    design, before, now = study.written.design, study.written, settled.written
    said = []
    if settled.runs != runs:
        what = counted(now.replicates, "replicate")
        if design.kind != "grid" and before.factors:
            one = COUNTED[design.kind]
            what = counted(now.design.points, one, f"{one[:-1]}ies" if one.endswith("y") else "")
        said.append(SAY("size", asked=f"{runs:,}", runs=f"{settled.runs:,}", size=what))
    least = LEAST_POINTS.get(design.kind, 1)
    if before.factors and now.design.points < least:
        each = settled.runs // now.design.points
        said.append(SAY("indices", indices=INDICES[design.kind], least=f"{least * each:,}"))
    return " ".join(said)
