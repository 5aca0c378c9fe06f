"""Scenario files: what they inherit, and that whatever can't be used gets one message with file, line and key."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from afteraid.simulation.basis.errors import InputError, ScenarioError
from afteraid.simulation.data import load_table
from afteraid.simulation.scenario.scenario import Scenario, list_scenarios, load_scenario, scenario_directory
from afteraid.simulation.scenario.toml_file import key_lines, parse_setting
from afteraid.simulation.scenario.vocabulary import exit_names, mechanism_names, parameters

BASED = 'extends = "baseline"\n'


def refusal(folder: Path, text: str, **settings: object) -> ScenarioError:
    """Write a scenario, load it, and return the error that it must give."""
    file = folder / "what-if.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file, settings)
    return caught.value


def test_shipped_scenarios_are_whole_and_differ_only_where_they_say() -> None:
    shipped = {scenario.name: scenario for scenario in list_scenarios()}
    assert {"baseline", "terminations-as-in-2025", "phased-handover"} <= set(shipped)
    assert list(shipped)[0] == "baseline"
    for scenario in shipped.values():
        assert scenario.title and scenario.question and scenario.story and scenario.sources, scenario.name
        assert set(scenario.strategy.mechanisms) <= set(mechanism_names())
    baseline, planned, cliff = (shipped[name] for name in ("baseline", "phased-handover", "terminations-as-in-2025"))
    assert planned.world == baseline.world and planned.run == baseline.run
    assert cliff.strategy == baseline.strategy and cliff.world.cuts == baseline.world.cuts
    assert planned.strategy.exits == {"government_handover": 0.45, "linear_phase_down": 0.35, "adaptive": 0.2}


def test_the_baseline_cuts_each_donor_as_it_did_in_2025_and_2026() -> None:
    cuts = load_scenario("baseline").world.cuts
    assert all(cut.years is None for cut in cuts)  # permanent
    donors = load_table("donors")
    dac = donors[donors["type"] == "dac"]
    left = {code: 1.0 for code in dac["code"]}
    for cut in cuts:
        for code in cut.donors if cut.year == 2025 else ():
            left[code] *= 1.0 - cut.size
    assert all(share < 1.0 for share in left.values())  # each of the DAC, by code
    assert 1.0 - left["USA"] == pytest.approx(0.569, abs=1e-3)
    aid = dac["budget"].to_numpy(dtype=float)
    assert 1.0 - aid @ list(left.values()) / aid.sum() == pytest.approx(0.231, abs=0.01)
    assert [(round(cut.size, 9), cut.donors) for cut in cuts if cut.year == 2026] == [(0.058, ("dac",))]
    assert [cut.mode for cut in cuts if cut.donors == ("USA",)] == ["terminate", "pro_rata"]


def test_what_extends_the_baseline_keeps_its_cuts_and_adds_its_own(tmp_path: Path) -> None:
    baseline = load_scenario("baseline")
    assert all(one.world.cuts == baseline.world.cuts for one in list_scenarios())
    child = tmp_path / "child.toml"
    child.write_text(BASED + "[[world.further_cuts]]\nyear = 2027\nsize = 0.1\n")
    world = load_scenario(child).world
    assert world.all_cuts[:-1] == baseline.world.cuts and world.all_cuts[-1].size == 0.1


def test_tables_merge_and_mixes_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "middle.toml").write_text(BASED + "[strategy]\ncoordination = 0.5\n[strategy.exits]\nadaptive = 1\n")
    child = tmp_path / "child.toml"
    child.write_text('extends = "middle"\n[strategy]\nfunding = 2\n[world.parameters]\n')
    scenario, baseline = load_scenario(child), load_scenario("baseline")
    assert scenario.name == "child"
    assert (scenario.strategy.coordination, scenario.strategy.funding) == (0.5, 2.0)
    assert scenario.strategy.exits == {"adaptive": 1.0}
    assert scenario.strategy.mechanisms == baseline.strategy.mechanisms
    assert scenario.world == baseline.world and scenario.sources == baseline.sources


@pytest.mark.parametrize(
    ("written", "expected"),
    [('"4 years"', 4.0), ('"6 quarters"', 1.5), ('"18 months"', 1.5), ("3", 3.0), ("2.5", 2.5)],
)
def test_units_are_read(tmp_path: Path, written: str, expected: float) -> None:
    file = tmp_path / "what-if.toml"
    file.write_text(BASED + f"[strategy]\ntransition_years = {written}\n")
    assert load_scenario(file).strategy.transition_years == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "line", "key", "close"),
    [
        (BASED + "[strategy]\ncoordnation = 1", 3, "strategy.coordnation", "coordination"),
        (BASED + "\n[strtegy]\ncoordination = 1", 3, "strtegy", "strategy"),
        (BASED + "[strategy]\ncoordination = 1.5", 3, "strategy.coordination", None),
        (BASED + "[strategy]\ncoordination = nan", 3, "strategy.coordination", None),
        (BASED + "[strategy]\ncoordination = true", 3, "strategy.coordination", None),
        (BASED + '[strategy]\ntransition_years = "15%"', 3, "strategy.transition_years", None),
        (BASED + '[strategy]\ncapacity_share = "3 years"', 3, "strategy.capacity_share", None),
        (BASED + "[strategy.exits]\nabrupt = 0.5", 2, "strategy.exits", None),
        (BASED + "[strategy.exits]\nabrup = 1", 3, "strategy.exits.abrup", "abrupt"),
        (BASED + "[strategy.mechanisms]\ngrant = 1", 3, "strategy.mechanisms.grant", "project_grant"),
        (BASED + "[strategy]\nexits = {abrupt = 2}", 3, "strategy.exits.abrupt", None),
        (BASED + "[strategy]\ncapacity_share = 0.5", 3, "strategy.capacity_share", None),
        (BASED + "[strategy]\nexits = 3", 3, "strategy.exits", None),
        (BASED + "[world]\ncuts = 3", 3, "world.cuts", None),
        (BASED + '[world]\nuncertain = "no"', 3, "world.uncertain", None),
        (BASED + "[[world.cuts]]\nsize = 0.1", 2, "world.cuts[0].year", None),
        (BASED + "[[world.cuts]]\nyear=2025\nsize=0\n[[world.cuts]]\nyear=1999", 6, "world.cuts[1].year", None),
        (BASED + "[[world.cuts]]\nyear=2025\nsize=0\ndonors=['UAS']", 5, "world.cuts[0].donors", "USA"),
        (BASED + "[run]\nfocus = 'africca'", 3, "run.focus", "Africa"),
        (BASED + "[run]\nruns = 1.5", 3, "run.runs", None),
        (BASED + "[run]\nstart = 2030\nend = 2030", 4, "run.end", None),
        (BASED + "[run]\nspinup = 2027", 3, "run.spinup", None),
        (BASED + "run = 3", 2, "run", None),
        ('extends = "baselin"', 1, "extends", "baseline"),
        ("extends = 3", 1, "extends", None),
        ('extends = "what-if"', 1, "extends", None),
        ('extends = "./nowhere.toml"', 1, "extends", None),
        ("title = 3", 1, "title", None),
        ("title = 'a'\n[run\n", 2, None, None),
        ("title = 'a'\nstory = '''\nno end", 3, None, None),
    ],
)
def test_what_cannot_be_used_is_said_with_its_place(
    tmp_path: Path, text: str, line: int, key: str | None, close: str | None
) -> None:
    error = refusal(tmp_path, text)
    assert (error.line, error.key, error.nearest) == (line, key, close), str(error)
    assert str(error.file).endswith("what-if.toml") and "\n" not in str(error)


def test_an_error_names_the_parent_that_has_it(tmp_path: Path) -> None:
    (tmp_path / "parent.toml").write_text("# a parent\n[strategy]\nfunding = 9\n")
    error = refusal(tmp_path, 'extends = "parent"\n[strategy]\ncoordination = 0.2\n')
    assert str(error.file).endswith("parent.toml") and error.line == 3


def test_parents_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('title = "other"\nextends = "what-if"\n')
    error = refusal(tmp_path, 'extends = "other"\n')
    assert "circle" in error.message and "what-if -> other -> what-if" in error.message
    assert str(error.file).endswith("other.toml") and error.line == 2


def test_a_file_may_extend_the_shipped_scenario_of_its_own_name(tmp_path: Path) -> None:
    own = tmp_path / "baseline.toml"
    own.write_text(BASED)
    assert load_scenario(own).strategy == load_scenario("baseline").strategy


def test_unknown_scenarios_and_files(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario("phased-handovr")
    assert caught.value.nearest == "phased-handover"
    with pytest.raises(ScenarioError):
        load_scenario(tmp_path / "none.toml")
    with pytest.raises(ScenarioError):
        load_scenario(tmp_path)
    (tmp_path / "bytes.toml").write_bytes(b"title = '\xff\xfe'")
    with pytest.raises(ScenarioError):
        load_scenario(tmp_path / "bytes.toml")


def test_parameters_by_full_name_in_either_way_of_writing(tmp_path: Path) -> None:
    name = next(iter(parameters()))
    value = parameters()[name].value
    process, own = name.split(".", 1)
    for text in (f'"{name}" = {value!r}', f"{name} = {value!r}", f"{process}.{own} = {value!r}"):
        file = tmp_path / "what-if.toml"
        file.write_text(BASED + f"[world.parameters]\n{text}\n")
        assert load_scenario(file).world.parameters == {name: value}
    for key in (name, f"world.parameters.{name}"):
        assert load_scenario("baseline", {key: value}).world.parameters == {name: value}
    error = refusal(tmp_path, BASED + f"[world.parameters]\n{name}x = 1\n")
    assert (error.line, error.key, error.nearest) == (3, f"world.parameters.{name}x", name)


def test_settings_by_short_and_by_full_name() -> None:
    short = load_scenario("baseline", {"coordination": 0.5})
    full = load_scenario("baseline", {"strategy.coordination": 0.5})
    assert short == full and short.strategy.coordination == 0.5
    assert load_scenario("baseline", {"exits": {"abrupt": 1}}).strategy.exits == {"abrupt": 1.0}
    assert load_scenario("baseline", {"focus": "ken"}).run.focus == "KEN"
    base = load_scenario("baseline")
    assert short.title.startswith(f"{base.title} (changed: coordination ")
    assert short.with_settings({"coordination": 0.0}).model_copy(update={"title": base.title}) == base
    for settings, close in (({"coordnation": 1}, "coordination"), ({"strategy.exit": {"abrupt": 1}}, "exits")):
        with pytest.raises(ScenarioError) as caught:
            load_scenario("baseline", settings)
        assert caught.value.nearest == close and caught.value.file == "--set"
    with pytest.raises(ScenarioError, match="--set: strategy.exits: the shares sum to 0.95"):
        load_scenario("baseline", {"strategy.exits.abrupt": 0.45})


@pytest.mark.parametrize(
    ("text", "setting"),
    [
        ("coordination=0.5", ("coordination", 0.5)),
        ("focus = KEN", ("focus", "KEN")),
        ("transition_years=4 years", ("transition_years", "4 years")),
        ("strategy.exits={abrupt=1}", ("strategy.exits", {"abrupt": 1})),
        ("world.uncertain=false", ("world.uncertain", False)),
    ],
)
def test_settings_of_the_command_line(text: str, setting: tuple[str, object]) -> None:
    assert parse_setting(text) == setting


@pytest.mark.parametrize("text", ["", "coordination", "=3", "a=", "exits={abrupt=1"])
def test_settings_that_say_nothing(text: str) -> None:
    with pytest.raises(ScenarioError):
        parse_setting(text)


@given(st.text(max_size=40))
def test_no_setting_ends_in_anything_but_an_input_error(text: str) -> None:
    try:
        key, value = parse_setting(text)
        load_scenario("baseline", {key: value})
    except InputError as error:
        assert str(error)


def test_a_scenario_is_frozen_and_travels() -> None:
    scenario = load_scenario("terminations-as-in-2025")
    with pytest.raises(ValidationError):
        scenario.name = "other"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert Scenario.model_validate(scenario.model_dump(mode="json")) == scenario


def test_defaults_in_python_are_the_shipped_baseline() -> None:
    baseline = load_scenario("baseline")
    bare = Scenario(name="bare")
    assert bare.strategy == baseline.strategy and bare.run == baseline.run
    assert set(bare.strategy.exits) <= set(exit_names())


def test_keys_inside_a_text_of_several_lines_are_not_keys() -> None:
    lines = key_lines('story = """\nfunding = 3\n[run]\n"""\n[strategy]\n"funding" = 2 # x\na.b = 1\n')
    assert lines == {("story",): 1, ("strategy",): 5, ("strategy", "funding"): 6, ("strategy", "a", "b"): 7}


def test_scenarios_are_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert scenario_directory().is_absolute()
    assert load_scenario("baseline").name == "baseline"
