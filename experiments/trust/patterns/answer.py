"""The answer of a check of stylised facts: which ones hold, which fail, and the likely cause of each failure."""

from __future__ import annotations

import math
from typing import Any

from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.words.numbers import UNKNOWN, counted
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.results.words.verdicts import LEAST_DRAWS

from .patterns import FAIL, PASS, UNCHECKED, Check

TITLE = "Stylised facts, checked against the default model"
SAY = Templates(
    "patterns",
    count="Of the facts that nothing was fitted to, {held} hold and {failed} fail. {unknown} facts cannot be checked.",
    failed="{number} fails: {why}.",
    unchecked="{number} cannot be checked: {why}.",
    not_tuned="Facts that fail are not tuned away. No parameter is set to make one pass; failures stand as limits.",
    runs="Values are medians over {runs} runs; the 90% interval is in brackets.",
    few="{runs} are too few for a 90% interval: {least} or more are needed.",
)


def answer_of(found: Check) -> Answer:
    """Return each fact with its value, range and verdict, and the likely cause of each failure."""
    verdicts = found.verdicts
    tested = verdicts[verdicts["basis"] == "emergent"]
    held, failed = (int((tested["verdict"] == verdict).sum()) for verdict in (PASS, FAIL))
    unknown = int((verdicts["verdict"] == UNCHECKED).sum())
    rows: list[Any] = list(verdicts.itertuples())
    lines = tuple((row.number, row.fact, value(row), span(row), row.verdict, row.basis) for row in rows)
    table = Table("verdicts", verdicts, ("", "Fact", "Value", "Range", "Verdict", "Basis"), lines, (0, 1, 4, 5))
    keys = {FAIL: "failed", UNCHECKED: "unchecked"}
    reasons = tuple(
        SAY(keys[row.verdict], number=row.number, why=row.why) for row in rows if row.why and row.verdict in keys
    )
    runs = int(found.manifest["runs"])
    few = (SAY("few", runs=counted(runs, "run"), least=LEAST_DRAWS),) if runs < LEAST_DRAWS else ()
    notes = (SAY("runs", runs=runs), *few, SAY("not_tuned"))
    sentences = (SAY("count", held=held, failed=failed, unknown=unknown),)
    parts = (Answer("Likely causes", reasons),) if reasons else ()
    return Answer(TITLE, sentences, (table,), (), notes, found.manifest, parts)


def value(row: Any) -> str:
    """Write a value with its 90% interval over runs."""
    if not math.isfinite(row.value):
        return UNKNOWN
    if not math.isfinite(row.low):  # too few runs for an interval
        return f"{row.value:.3g} ({UNKNOWN})"
    return f"{row.value:.3g} ({row.low:.3g} to {row.high:.3g})"


def span(row: Any) -> str:
    """Write the range that the median should lie in."""
    if math.isinf(row.range_high):
        return f"from {row.range_low:.3g}"
    return f"{row.range_low:.3g} to {row.range_high:.3g}"
