"""The catalogue of measures: every measure by its name, in the order of tables, and the columns of initiatives."""

from __future__ import annotations

from collections.abc import Iterable

from ..basis.errors import InputError, InvariantError, nearest
from .measure import Kind, Measure, Table, is_share
from .of_cooperation import COOPERATION
from .of_headlines import HEADLINE_RECORDS
from .of_initiatives import INITIATIVES, NATURE
from .of_money import MONEY
from .of_people import PEOPLE


def _by_name(measures: Iterable[Measure]) -> dict[str, Measure]:
    """Lay out records by name; a name that is declared twice is a defect."""
    found: dict[str, Measure] = {}
    for measure in measures:
        if measure.name in found:
            raise InvariantError(f"the measure '{measure.name}' is declared twice in simulation/measures")
        found[measure.name] = measure
    return found


CATALOGUE: dict[str, Measure] = _by_name((*HEADLINE_RECORDS, *PEOPLE, *INITIATIVES, *MONEY, *COOPERATION, *NATURE))


def measure(name: str, key: str = "measure") -> Measure:
    """Return a measure by its name.

    Raises:
        InputError: there is none; carries the nearest name.
    """
    if name not in CATALOGUE:
        raise InputError(
            f"no measure is called '{name}'",
            key=key,
            expected="a measure that `afteraid measures` lists",
            nearest=nearest(name, CATALOGUE),
        )
    return CATALOGUE[name]


def of_table(table: Table, kind: Kind | None = None) -> tuple[str, ...]:
    """List the measures whose values stand in a table, or those of one kind among them."""
    return tuple(one.name for one in CATALOGUE.values() if one.table == table and (kind is None or one.kind == kind))


COUNTRY_COLUMNS = frozenset(
    one.name for one in CATALOGUE.values() if "country" in one.grains and one.table != "activity"
)
ACCOUNTS = tuple(one.name for one in CATALOGUE.values() if "country" in one.grains and one.table == "activity")
PORTFOLIO = tuple(one.name for one in CATALOGUE.values() if "kind" in one.grains)
RECORDED = frozenset(of_table("activity"))
FLOWS = frozenset(of_table("activity", "flow"))
# shares of countries are stored with single precision: a hundred runs have to fit in memory
SINGLE_PRECISION = frozenset(name for name in COUNTRY_COLUMNS if is_share(CATALOGUE[name].unit))
# measures of a group that are means of a column of its countries, with those over which the mean is taken
MEANS = {
    one.name: one.over_countries
    for one in CATALOGUE.values()
    if one.table == "divide"
    and "country" in one.grains
    and one.over_countries in ("people", "urban people", "rural people")
}


def require(names: Iterable[str], declared: frozenset[str]) -> None:
    """Refuse to record what no record declares.

    Raises:
        InvariantError: a name has no record in the catalogue.
    """
    missing = sorted(set(names) - declared)
    if missing:
        raise InvariantError(
            f"recorded, but not in the catalogue: {', '.join(missing)}; declare words, unit and direction in "
            "simulation/measures (of_people.py, of_initiatives.py, of_money.py or of_cooperation.py; "
            "columns.py for initiatives)"
        )


def rows() -> list[dict[str, object]]:
    """Return the whole catalogue as plain rows, for a command, a page and JSON."""
    return [
        {
            "name": one.name,
            "words": one.words,
            "unit": one.unit,
            "table": one.table,
            "kind": one.kind,
            "grain": ", ".join(one.grains),
            "groups": ", ".join(one.groups),
            "over years": one.over_years,
            "over countries": one.over_countries,
            "better": one.better,
            "matters": one.matters.said(one.unit) if one.matters else None,
            "reason": one.matters.reason if one.matters else None,
            "target": one.target.words if one.target else None,
            "goal": one.target.goal if one.target else None,
            "source of the target": one.target.source if one.target else None,
        }
        for one in CATALOGUE.values()
    ]
