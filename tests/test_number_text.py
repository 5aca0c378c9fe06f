"""Numbers as people write them: each text is the number that everybody reads in it, or it is refused with a way out."""

from __future__ import annotations

import math
import re
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from wrong_inputs import of_a_kind

from afteraid.experiments.discovery.condition import read_condition
from afteraid.experiments.search.file import Threshold
from afteraid.experiments.study.factors import Factor
from afteraid.experiments.study.study import Study, read_study
from afteraid.simulation.basis.errors import InputError, StudyError
from afteraid.simulation.basis.number_text import declared, parse_quantity, parse_whole
from afteraid.simulation.measures.catalogue import CATALOGUE
from afteraid.simulation.scenario.scenario import load_scenario
from afteraid.simulation.scenario.toml_file import parse_setting
from afteraid.simulation.scenario.vocabulary import parameters

NO_BREAK, THIN, NARROW = "\u00a0", "\u2009", "\u202f"
COUNTED = ("dollars", "people", "million dollars", "initiatives")
MEASURED = ("share", "years", "quarters", "per year", "ratio", "elasticity", "share of people", "0-1", "1")


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("1,234", "dollars", 1234.0),
        ("12,345.6", "dollars", 12345.6),
        ("1,234,567 people", "people", 1234567.0),
        ("1_234", "people", 1234.0),
        ("$1,500", "dollars", 1500.0),
        ("5 million", "million dollars of 2019", 5.0),
        ("2,000,000 dollars", "million dollars", 2.0),
        ("2 million dollars", "US dollars of 2023", 2e6),
        ("1e3", "ratio", 1000.0),
        ("5 %", "share", 0.05),
        (f"5{NARROW}%", "share", 0.05),
        ("5percent", "share of people", 0.05),
        ("50%", "0-1", 0.5),
        ("0.5 %/year", "per year", 0.005),
        ("5% per year", "per year", 0.05),
        ("0.02 per year", "per year", 0.02),
        ("4 years", "years", 4.0),
        ("6 quarters", "years", 1.5),
        ("2 years", "quarters", 8.0),
        ("3 quarters", "quarters", 3.0),
        ("0.3 log hazard", "log hazard", 0.3),
        ("-2.5e-1", "elasticity", -0.25),
    ],
)
def test_a_number_is_read_by_what_the_declaration_says(text: str, unit: str, number: float) -> None:
    assert parse_quantity(text, unit) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "unit", "way_out"),
    [
        ("0,5", "share", "write 0.5"),
        ("0,125", "dollars", "write 0.125"),
        ("1,23", "dollars", "write 1.23"),
        ("1234,567", "dollars", "write 1234.567"),
        ("1,234", "share", "write 1.234"),
        ("1,234 %", "share", "write 1.234%"),
        ("1,5%", "share", "write 1.5%"),
        ("0,5 %/year", "per year", "write 0.5%/year"),
        ("0,5 years", "years", "write 0.5 years"),
        ("1.234,5", "dollars", "write 1234.5"),
        ("1.234.567", "people", "write 1234567"),
        (f"1{NO_BREAK}234", "people", "write 1234"),
        (f"1{THIN}234", "people", "write 1234"),
        ("1'234", "people", "write 1234"),
        ("1__234", "people", "write 1234"),
        ("\u22120.5", "share", "write -0.5"),
        ("\uff15", "years", "write 5"),
        (".5", "share", "write 0.5"),
        ("50%", "per year", "5%/year"),
        ("15%", "years", "years, quarters or months"),
        ("3 years", "share", "50%"),
        ("5 furlongs", "years", "years, quarters or months"),
        ("3 million", "share", "50%"),
        ("$5", "years", "years, quarters or months"),
        ("1 e 3", "share", "a plain share"),
        ("inf", "ratio", "not a number"),
        ("nan", "share", "not a number"),
        ("1e999", "people", "too large"),
        ("", "share", "not a number"),
    ],
)
def test_what_may_be_two_numbers_is_refused_with_what_to_write(text: str, unit: str, way_out: str) -> None:
    with pytest.raises(ValueError, match=re.escape(way_out)):
        parse_quantity(text, unit)


def by_the_oracle(text: str, unit: str) -> float | None:
    """Read a text in the simplest way that is right: TOML's numbers, commas by counting, and a table of units."""
    ends = {
        "share": {"%": 0.01, "percent": 0.01, "share": 1.0},
        "ratio": {"%": 0.01, "percent": 0.01},
        "years": {"years": 1.0, "quarters": 0.25, "months": 1 / 12},
        "per year": {"per year": 1.0, "%/year": 0.01},
        "dollars": {"dollars": 1.0, "million dollars": 1e6, "million": 1e6},
        "people": {"people": 1.0, "million people": 1e6, "million": 1e6},
    }
    of = declared(unit)
    factors = {"": 1.0, unit: 1.0} | {end: factor / of.factor for end, factor in ends.get(of.dimension, {}).items()}
    if unit == "initiatives":
        factors["million"] = 1e6
    for end, factor in factors.items():
        if not text.strip().endswith(end):
            continue
        head = text.strip().removesuffix(end).strip() if end else text.strip()
        if "," in head:
            whole, _, rest = head.lstrip("+-").partition(".")
            groups = whole.split(",")
            right = groups[0][:1] != "0" and 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
            if unit not in COUNTED or end == "%" or not right or not (whole + rest).replace(",", "").isdigit():
                continue
            head = head.replace(",", "")
        bare = re.sub(r"^([-+]?)0+_?(?=[0-9])", r"\1", head)  # TOML takes no zeros before a number
        try:
            value = tomllib.loads(f"x = {bare}")["x"]
        except (tomllib.TOMLDecodeError, ValueError):
            continue
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value) * factor
    return None


digits = st.text("0123456789", min_size=1, max_size=4)
separators = st.sampled_from([",", ",", ".", ".", "_", " ", NO_BREAK, THIN, NARROW, "'", "\u066c", "", ",,", "e", "E-"])
signs = st.sampled_from(["", "", "", "-", "+", "\u2212", "\u2013", "$", "~"])
ends_of_texts = st.sampled_from(
    ["", "", "%", " %", "percent", " years", " quarters", "months", " per year", " %/year", " dollars", " million",
     " million dollars", " people", " furlongs", f"{NO_BREAK}%", " ratio", "0", ","]
)  # fmt: skip
numbers = st.builds(
    lambda sign, first, rest, end: sign + first + "".join(mark + more for mark, more in rest) + end,
    signs, digits, st.lists(st.tuples(separators, digits), max_size=4), ends_of_texts,
)  # fmt: skip
swapped = st.builds(lambda text: text.translate({48 + n: 0xFF10 + n for n in (0, 5)}), numbers)


@of_a_kind
@given(st.one_of(numbers, swapped, st.text(max_size=12)), st.sampled_from([*COUNTED, *MEASURED]))
def test_a_text_is_read_as_the_oracle_reads_it_or_refused(text: str, unit: str) -> None:
    expected = by_the_oracle(text, unit)
    try:
        found = parse_quantity(text, unit)
    except ValueError as problem:
        assert str(problem)
        return
    prefixed = by_the_oracle(text.strip().removeprefix("$"), unit) if "dollars" in unit else None
    assert any(one is not None and math.isclose(found, one, rel_tol=1e-12) for one in (expected, prefixed)), found


@of_a_kind
@given(numbers, st.sampled_from(["funding", "transition_years", "energy_cost_growth", "access.cost_urban", "runs"]))
def test_a_setting_is_the_number_of_the_oracle_or_refused(text: str, key: str) -> None:
    try:
        chosen = load_scenario("baseline", dict([parse_setting(f"{key}={text}")]))
    except InputError as problem:
        assert "\n" not in str(problem)
        return
    unit = {"funding": "share", "transition_years": "years", "energy_cost_growth": "per year"}.get(key, "dollars")
    found = chosen.world.parameters.get(key) or getattr(chosen.strategy, key, None)
    found = found if found is not None else getattr(chosen.world, key, chosen.run.runs)
    alternatives = [by_the_oracle(one, unit) for one in (text, text.strip().removeprefix("$"))]
    assert any(one is not None and math.isclose(float(found), one, rel_tol=1e-12) for one in alternatives), found


def test_a_suggestion_can_be_written() -> None:
    for text, unit in (("0,5", "share"), ("1.234,5 dollars", "dollars"), ("\u22125", "elasticity"), ("1,5 %", "share")):
        with pytest.raises(ValueError, match="write") as caught:
            parse_quantity(text, unit)
        parse_quantity(str(caught.value).rpartition("write ")[2], unit)


def test_every_declared_unit_can_be_written_behind_the_number() -> None:
    units = {one.unit for one in parameters().values()} | {measure.unit for measure in CATALOGUE.values()}
    for unit in units - {"1", "0-1", "index 0 to 1"}:
        assert parse_quantity(f"2 {unit}", unit) == 2.0, unit
        assert declared(unit).ways


def test_whole_numbers_are_read_by_the_same_rule() -> None:
    assert parse_whole("2030") == 2030 and parse_whole("1,000", thousands=True) == 1000 and parse_whole("1_000") == 1000
    for text in ("2,030", "1.000", "4 years", "1,00", "\uff11", "1e3", ""):
        with pytest.raises(ValueError, match="not a whole number"):
            parse_whole(text)
    assert load_scenario("baseline", {"runs": "1,000", "end": "2040"}).run.runs == 1000
    for settings in ({"end": "2,040"}, {"runs": "10 runs"}, {"seed": "1.5"}, {"world.ai_arrival": "20 30"}):
        with pytest.raises(InputError, match="not a whole number"):
            load_scenario("baseline", settings)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"coordination": 50}, "50 is out of range; expected a share from 0 to 1 (0% to 100%)"),
        ({"coordination": "50"}, "50 is out of range"),
        ({"energy_cost_growth": "50%"}, "5%/year"),
        ({"transition_years": "9%"}, "write years, quarters or months"),
        ({"closure.shape": "0,9"}, "write 0.9"),
        ({"funding": 10**400}, "too large for a number"),
        ({"seed": 10**400}, "is out of range"),
        ({"seed": 16**6000}, "is out of range"),
    ],
)
def test_a_setting_says_its_range_and_its_units(settings: dict[str, object], said: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("baseline", settings)
    assert said in str(caught.value) and len(str(caught.value)) < 400


def test_a_factor_is_read_in_the_unit_of_its_setting(tmp_path: Path) -> None:
    factor = Factor.model_validate({"name": "coordination", "low": "10%", "high": "50%"})
    assert (factor.low, factor.high) == (0.1, 0.5)
    delays = Factor.model_validate({"name": "wait", "sets": "strategy.transition_years", "low": "6 months", "high": 4})
    assert (delays.low, delays.high) == (0.5, 4.0)
    file = tmp_path / "study.toml"
    for written, said in (('"0,1"', "write 0.1"), ('"1 year"', "50%"), ("true", "not a number")):
        file.write_text(
            f"[[factors]]\nname = 'coordination'\nlow = {written}\nhigh = 0.9\n[[outcomes]]\nmeasure = 'use'\n"
        )
        with pytest.raises(StudyError) as caught:
            read_study(file)
        assert said in str(caught.value) and caught.value.line == 3 and caught.value.key == "factors[coordination].low"


def test_a_threshold_is_a_plain_number() -> None:
    assert Threshold.model_validate({"outcome": "use", "at_least": "0.4"}).limit == 0.4
    for written in ("0,4", "40%", True):
        with pytest.raises(ValueError, match="plain number|not a number|write 0.4"):
            Threshold.model_validate({"outcome": "use", "at_least": written})


@pytest.mark.parametrize(
    ("condition", "level"),
    [("use_LDC < 40%", 0.4), ("use_LDC under 0.4", 0.4), ("cost at most $1,500", 1500.0), ("cost > 2 million", 2e6)],
)
def test_a_condition_is_read_in_the_unit_of_its_outcome(tmp_path: Path, condition: str, level: float) -> None:
    study, runs = of_two_outcomes(tmp_path)
    assert read_condition(condition, study, runs).terms[0].level == pytest.approx(level)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("use_LDC < 0,4", "write 0.4"),
        ("use_LDC < 40", "expected 40% or 0.4"),
        ("cost < 40%", "is a percentage; write dollars"),
        ("worst 2,5% of use_LDC", "write 2.5%"),
        ("worst 2.5.5% of use_LDC", "can't be read as one number"),
    ],
)
def test_a_condition_refuses_what_may_be_two_numbers(tmp_path: Path, condition: str, said: str) -> None:
    study, runs = of_two_outcomes(tmp_path)
    with pytest.raises(StudyError, match=re.escape(said)):
        read_condition(condition, study, runs)


def of_two_outcomes(folder: Path) -> tuple[Study, pd.DataFrame]:
    """Return a study of a share and of dollars, with two runs."""
    file = folder / "study.toml"
    file.write_text(
        "[[factors]]\nname = 'coordination'\nlow = 0\nhigh = 1\n[[outcomes]]\nmeasure = 'use'\ngrain = 'group'\n"
        "groups = ['LDC']\n[[outcomes]]\nname = 'cost'\nmeasure = 'outlay_usd'\n"
    )
    return read_study(file), pd.DataFrame({"use_LDC": [0.3, 0.5], "cost": [1e6, 2e6]})
