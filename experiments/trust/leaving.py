"""Do the headlines reward leaving: exits that are abrupt, planned or handed over, and every donor gone in 2030.

All worlds share their random numbers and central parameters. The first three have equal appropriations. The last one
does not: its donors give nothing after 2030. Print the table with ``python -m afteraid.experiments.trust.leaving``.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence

import pandas as pd

from afteraid.simulation.basis.units import FloatArray
from afteraid.simulation.ensemble import run
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.measures.headlines import ADDITIONAL, AT_THE_END, SERVING, STRANDED
from afteraid.simulation.results.answer import Answer, Table
from afteraid.simulation.results.faces.markdown import markdown
from afteraid.simulation.results.words.names import capitalised
from afteraid.simulation.results.words.numbers import level
from afteraid.simulation.results.words.templates import Templates
from afteraid.simulation.scenario.scenario import load_scenario

YEAR = 2030
ABRUPT, PHASED, HANDOVER = "every exit abrupt", "every exit planned", "every exit handed over to government"
GONE = f"every donor leaves in {YEAR}"
WORLDS: dict[str, tuple[str, dict[str, object]]] = {
    ABRUPT: ("exits-abrupt", {}),
    PHASED: ("phased-handover", {}),
    HANDOVER: ("exits-handover", {}),
    GONE: ("baseline", {"world.withdrawals": [{"year": YEAR, "donors": ["all"]}]}),
}
FOCUS = "LDC"
# the four headlines: each measure, and whether more is better
RANKED: dict[str, bool] = {
    **dict.fromkeys(SERVING, True), ADDITIONAL[0]: True, STRANDED: False, "use": True, "gap": False,
}  # fmt: skip
SAY = Templates(
    "leaving",
    order="{measure}: {order}.",
    reason="The world that donors leave ranks first on additional user-years per 1,000 dollars: {years} for {money}. "
    "It pays in the first years alone, and user-years of early money are counted over more years to the end.",
    plain="The world that donors leave does not rank first on additional user-years per 1,000 dollars.",
)


def leaving(runs: int = 2, settings: Mapping[str, object] | None = None, workers: int | None = 1) -> pd.DataFrame:
    """Run the worlds and return their headlines: one row a world, one column a measure, means over runs.

    Args:
        runs: worlds of each kind.
        settings: changed in all of them, such as the years.
        workers: processes to use.
    """
    rows: dict[str, dict[str, float]] = {}
    for name, (scenario, own) in WORLDS.items():
        plan = load_scenario(scenario, {"world.uncertain": False, "run.focus": FOCUS, **(settings or {}), **own})
        results = run(plan, runs=runs, workers=workers)
        at_end = results.divide[(results.divide["group"] == FOCUS) & (results.divide["year"] == plan.run.end)]
        ends = at_end.astype({"measure": str}).groupby("measure")["value"].mean()
        found = results.headlines().mean()
        rows[name] = {**{str(key): float(found[key]) for key in found.index}, **{key: ends[key] for key in AT_THE_END}}
    return pd.DataFrame(rows).T


def order(found: pd.DataFrame, measure: str) -> list[str]:
    """Return the worlds from the best to the worst on a measure; those where it is not known are left out."""
    values = found[measure].dropna()
    return [str(name) for name in values.sort_values(ascending=not RANKED[measure], kind="stable").index]


def answer_of(found: pd.DataFrame) -> Answer:
    """Say the order of the worlds on each headline, and why leaving wins on the second where it does."""
    said = [
        SAY("order", measure=capitalised(CATALOGUE[name].words), order=", then ".join(order(found, name)))
        for name in RANKED
        if found[name].notna().any()
    ]
    first = order(found, ADDITIONAL[0])[:1] == [GONE]
    years, money = (float(found[name].to_dict()[GONE]) for name in ADDITIONAL[1:])
    parts = {"years": level(years, "people", noun=False), "money": level(money, "usd")}
    said.append(SAY("reason", **parts) if first else SAY("plain"))
    lines = tuple(
        (capitalised(CATALOGUE[name].words), *_levels(found[name].to_numpy(), CATALOGUE[name].short_unit))
        for name in (*RANKED, *ADDITIONAL[1:])
    )
    headings = ("Headline", *map(capitalised, found.index))
    return Answer("Do the headlines reward leaving?", tuple(said), (Table("leaving", found, headings, lines),))


def _levels(values: FloatArray, unit: str) -> Sequence[str]:
    """Write a level for each world."""
    return [level(float(value), unit, noun=False) for value in values]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    print(markdown(answer_of(leaving(asked.runs, workers=asked.workers))))


if __name__ == "__main__":
    main()
