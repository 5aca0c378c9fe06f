"""Files as users write them: encodings, damaged TOML, keys in two ways, and names that are nearly right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from wrong_inputs import of_a_kind

from afteraid.experiments.search.file import read_search
from afteraid.experiments.study.study import read_study
from afteraid.simulation.basis.errors import InputError, ResultsError, ScenarioError, StudyError, closest, one_of
from afteraid.simulation.basis.manifest import MANIFEST, made_by, read_manifest
from afteraid.simulation.counterfactual import read_item
from afteraid.simulation.data import load_table, read_donor
from afteraid.simulation.scenario.scenario import Scenario, load_scenario, scenario_directory
from afteraid.simulation.scenario.settings import StrategySettings
from afteraid.simulation.scenario.toml_file import parse_setting
from afteraid.simulation.scenario.vocabulary import exit_names, mechanism_names, parameters

BASED = 'extends = "baseline"\n[strategy]\nfunding = 0.9\n'
OUTCOMES = "[[outcomes]]\nmeasure = 'use'\n"
SHIPPED = [path.read_bytes() for path in sorted(scenario_directory().glob("*.toml"))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all inputs of a kind, each of which takes the place of the one before."""
    return tmp_path_factory.mktemp("inputs")


def refused(file: Path, content: str | bytes) -> InputError:
    """Write a scenario and return the error that it must give: one line that names the file."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError) as caught:
        load_scenario(file)
    assert "\n" not in str(caught.value) and str(caught.value).startswith(str(file))
    return caught.value


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(BASED.encode("utf-8-sig"))
    assert load_scenario(file).strategy.funding == 0.9
    file.write_bytes(("seed = 3\n" + OUTCOMES).encode("utf-8-sig"))
    assert read_study(file).written.seed == 3
    (tmp_path / MANIFEST).write_bytes(json.dumps(made_by("sweep")).encode("utf-8-sig"))
    assert read_manifest(tmp_path, "sweep")["kind"] == "sweep"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_is_named(tmp_path: Path, encoding: str) -> None:
    data = BASED.encode(encoding)
    assert "the file is UTF-16; save it as UTF-8" in str(refused(tmp_path / "mine.toml", data))
    for read in (read_study, read_search):
        with pytest.raises(StudyError, match="the file is UTF-16; save it as UTF-8"):
            read(tmp_path / "mine.toml")
    (tmp_path / MANIFEST).write_bytes(data)
    with pytest.raises(ResultsError, match="the file is UTF-16"):
        read_manifest(tmp_path, "sweep")


def test_what_is_not_utf_8_names_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path / "mine.toml", BASED.encode() + "title = 'Übergabe'\n".encode("latin-1"))
    assert error.line == 4 and "not text in UTF-8" in error.message


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("[run]\nseed = " + "9" * 5000, 2, "more than 4300 digits"),
        ("[run]\nseed = 0x" + "f" * 9000, 2, "is out of range"),
        ("title = 'a'\n[strategy]\nexits = " + "[" * 2000 + "]" * 2000, 3, "too deep"),
        ("title = 'a'\nx = " + "{a = " * 900 + "1" + "}" * 900, 2, "too deep"),
        ("title = 'a'\n" + ".".join(["a"] * 900) + " = 1", 2, "too deep"),
        ("title = 'a'\n[" + ".".join(["a"] * 900) + "]", 2, "too deep"),
        ('{"extends": "baseline"}', 1, "JSON"),
        ("[run]\nend = 2030-01-01", 2, "2030-01-01 is not a whole number"),
        ("[strategy]\nfunding = 1e999", 2, "out of range"),
        ("[strategy]\n'a\tb' = 1", 2, "no such key"),
    ],
)
def test_whatever_toml_can_hold_is_one_line_with_its_place(tmp_path: Path, text: str, line: int, says: str) -> None:
    error = refused(tmp_path / "mine.toml", text)
    assert error.line == line and says in error.message and len(str(error)) < 500, str(error)


pieces = st.sampled_from(
    [b"", b"\xef\xbb\xbf", b"\0", b'"', b"'", b"[", b"[[", b"]", b"{", b"}", b"=", b".", b"\r", b"\n", b"#", b'"""',
     b"nan", b"inf", b"-", b"9" * 4400, b"0x" + b"f" * 4000, b"[" * 500, b"1979-05-27", b"true", b"\xff", b"\xc3",
     b"1,5", b"[run]\n", b"[strategy]\n", b"funding = 2\n", b'"closure.shape" = 1\n', b"\\u0000", b"1e400",
     b"a.b.c = 1\n", b"\xe2\x80\xa8", b"\x1b[31m"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A shipped scenario with a few bytes taken out, put in, doubled or put in another encoding."""
    data = draw(st.sampled_from(SHIPPED))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        until = min(len(data), at + draw(st.sampled_from([0, 0, 1, 1, 2, 9, 80])))
        put = draw(st.one_of(pieces, st.binary(max_size=3), st.just(data[at:until] * 2)))
        data = data[:at] + put + data[until:]
    encoding = draw(st.sampled_from(["", "", "", "", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"]))
    return data.decode("utf-8", "replace").encode(encoding, "replace") if encoding else data


@of_a_kind
@given(data=damaged())
def test_a_damaged_scenario_is_read_or_refused_in_one_line(folder: Path, data: bytes) -> None:
    file = folder / "damaged.toml"
    file.write_bytes(data)
    try:
        assert isinstance(load_scenario(file), Scenario)
    except InputError as error:
        text = str(error)
        assert text.isprintable() and len(text) < 1000 and error.message and str(error.file).endswith(".toml"), text
        assert error.line is None or error.line >= 1


@of_a_kind
@given(text=st.text(max_size=60), key=st.sampled_from(["", "run.", "[strategy]\n", "x = ", "[world]\ncuts = "]))
def test_any_text_is_no_traceback(folder: Path, text: str, key: str) -> None:
    file = folder / "any.toml"
    file.write_bytes((key + text).encode("utf-8", "surrogatepass"))
    for read in (load_scenario, read_study, read_search):
        try:
            read(file)
        except InputError as error:
            assert str(error).isprintable()


def ways_of_a_parameter(name: str) -> list[str]:
    """Return ways to write a parameter in a table of parameters, each a line."""
    process, _, own = name.rpartition(".")
    return [f"{name} = 1", f'"{name}" = 1', f'{process}."{own}" = 1', f"{process} . {own} = 1", f"'{name}' = 1"]


@of_a_kind
@given(name=st.sampled_from(sorted(parameters())), ways=st.permutations(range(5)), between=st.integers(0, 3))
def test_a_parameter_in_two_ways_is_refused_with_both_lines(
    folder: Path, name: str, ways: list[int], between: int
) -> None:
    first, second = (ways_of_a_parameter(name)[way] for way in ways[:2])
    apart = "# x\n" * between
    table = f"[world.parameters]\n{first}\n{apart}{second}\n"
    error = refused(folder / "mine.toml", 'extends = "baseline"\n' + table)
    assert error.line == 4 + between
    if "written in two ways" in error.message:
        assert "in line 3" in error.message and f"in line {4 + between}" in error.message
        assert error.key == f"world.parameters.{name}"
    else:
        assert "not valid TOML" in error.message, str(error)


SHORT = {
    "funding": "strategy.funding",
    "end": "run.end",
    "levy_rate": "strategy.levy_rate",
    "uncertain": "world.uncertain",
}


@of_a_kind
@given(name=st.sampled_from(sorted(SHORT)), ways=st.permutations(range(3)), alternative=st.booleans())
def test_a_setting_of_a_study_in_two_ways_is_refused(
    folder: Path, name: str, ways: list[int], alternative: bool
) -> None:
    written = [f"{name} = 1", f'"{SHORT[name]}" = 1', f"{SHORT[name]} = 1"]
    first, second = (written[way] for way in ways[:2])
    file = folder / "study.toml"
    if alternative:
        file.write_text(f"[[factors]]\nname = 'x'\nalternatives.a = {{{first}, {second}}}\n{OUTCOMES}")
        lines = (3, 3)
    else:
        file.write_text(f"[settings]\n{first}\n\n{second}\n{OUTCOMES}")
        lines = (2, 4)
    for read in (read_study, read_search):
        with pytest.raises(StudyError, match="is written in two ways") as caught:
            read(file)
        assert caught.value.line == lines[1]
        assert all(f"in line {line}" in caught.value.message for line in lines)


@pytest.mark.parametrize(
    "overrides",
    [
        {"funding": 1, "strategy.funding": 2},
        {"closure.shape": 1, "world.parameters.closure.shape": 0.9},
        {"closure.shape": 1, "world.parameters": {"closure.shape": 0.9}},
        {"world.parameters": {"closure": {"shape": 0.9}}, "closure.shape": 1},
        {"exits.abrupt": 0.3, "strategy.exits": {"abrupt": 1}},
    ],
)
def test_a_setting_of_a_command_in_two_ways_is_refused(overrides: dict[str, object]) -> None:
    with pytest.raises(ScenarioError, match="is set twice") as caught:
        load_scenario("baseline", overrides)
    assert all(name in caught.value.message for name in overrides)


def test_a_study_sets_each_setting_once(tmp_path: Path) -> None:
    file = tmp_path / "study.toml"
    factor = "[[factors]]\nname = '{}'\nsets = '{}'\nlow = 0\nhigh = 1\n"
    file.write_text(factor.format("a", "coordination") + factor.format("b", "strategy.coordination") + OUTCOMES)
    with pytest.raises(StudyError, match=r"sets strategy.coordination, which 'a' sets too") as caught:
        read_study(file)
    assert caught.value.line == 6
    for key in ("seed = 3", "run.runs = 5"):
        file.write_text(f"[settings]\nfunding = 1\n{key}\n{OUTCOMES}")
        with pytest.raises(StudyError, match="can't be held here") as caught:
            read_study(file)
        assert caught.value.line == 3


@pytest.mark.parametrize(
    "text", ["funding=1\nrun.end = 3", "seed=" + "9" * 5000, "exits=" + "[" * 2000, "x=" + "[" * 30 + "]" * 30]
)
def test_a_setting_of_the_command_is_one_value(text: str) -> None:
    with pytest.raises(ScenarioError):
        load_scenario("baseline", dict([parse_setting(text)]))


def test_a_setting_may_be_quoted_as_in_a_file() -> None:
    assert parse_setting('"closure.shape" = 1') == ("closure.shape", 1)
    assert parse_setting("world.parameters.'closure.shape'=1") == ("world.parameters.closure.shape", 1)


def test_a_file_that_exists_is_a_path_whatever_its_suffix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("my scenario.TOML", "reform.json", "what-if", "reform.txt"):
        Path(name).write_text(BASED)
        assert load_scenario(name).strategy.funding == 0.9
        Path(name).write_text(OUTCOMES)
        assert read_study(name).written.outcomes[0].measure == "use"
        Path(name).write_text(f"extends = '{name}'\n")
        with pytest.raises(ScenarioError, match="circle"):
            load_scenario(name)
    Path("reform.json").write_text('{"extends": "baseline"}')
    with pytest.raises(ScenarioError, match="JSON"):
        load_scenario("reform.json")
    Path("mine.TOML").write_text(BASED)
    Path("study.toml").write_text("scenarios = ['mine.TOML', 'baseline']\n" + OUTCOMES)
    assert set(read_study("study.toml").scenarios) == {"mine", "baseline"}
    Path("baseline").write_text(BASED)  # a shipped name goes first
    assert load_scenario("baseline").strategy.funding == 1.0
    assert load_scenario(" Baseline ").name == "baseline" and read_study("Exit-Timing").name == "exit-timing"
    for name in ("", " ", "x" * 5000, "a/" + "x" * 5000, "a\0b", "a\nb", str(tmp_path)):
        for read in (load_scenario, read_study, read_search):
            with pytest.raises(InputError) as caught:
                read(name)
            assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("NA", "NAM"),
        ("na", "NAM"),
        ("Eswatini", "SWZ"),
        (" eswatini ", "SWZ"),
        ("XKX", "XKX"),
        ("côte d’ivoire", "CIV"),
    ],
)
def test_a_country_by_each_of_its_names(written: str, code: str, tmp_path: Path) -> None:
    assert load_scenario("baseline", {"focus": written}).run.focus == code
    cut = {"kind": "climate", "year": 2030, "times": 2, "countries": [written]}
    assert load_scenario("baseline", {"world.spells": [cut]}).world.spells[0].countries == (code,)
    file = tmp_path / "study.toml"
    file.write_text(f"[[outcomes]]\nmeasure = 'use'\ngrain = 'country'\ngroups = [\"{written}\"]\n")
    assert read_study(file).written.outcomes[0].groups == (code,)


@pytest.mark.parametrize(
    ("written", "close"),
    [("Eswatinni", "Eswatini"), ("Namibi", "Namibia"), ("LDCs", "LDC"), ("afrika", "Africa")],
)
def test_the_nearest_name_of_a_country_is_a_name_before_a_code(written: str, close: str) -> None:
    with pytest.raises(InputError) as caught:
        load_scenario("baseline", {"focus": written})
    assert caught.value.nearest == close


@pytest.mark.parametrize(
    ("written", "code"),
    [("USA", "USA"), ("usa ", "USA"), ("US", "USA"), ("United States", "USA"), ("DAC", "dac"), ("All", "all")],
)
def test_a_donor_by_each_of_its_names(written: str, code: str) -> None:
    assert read_donor(written) == code and read_item(f"donor:{written}") == f"donor:{code}"
    cut = {"year": 2030, "size": 0.1, "donors": [written]}
    assert load_scenario("baseline", {"world.cuts": [cut]}).world.cuts[0].donors == (code,)


def test_every_donor_is_found_by_code_and_name() -> None:
    for donor in load_table("donors").itertuples():
        assert read_donor(str(donor.code)) == donor.code
    for written in ("NA", "Namibia", "", "USAA"):  # Namibia is no donor
        with pytest.raises(InputError, match="no donor or type of donor is called"):
            read_donor(written)


@st.composite
def misspelt(draw: st.DrawFn) -> tuple[str, str]:
    """A name of four letters or more with one letter taken out, put in, swapped, doubled or in another case."""
    name = draw(st.sampled_from([*StrategySettings.model_fields, *parameters(), *mechanism_names(), *exit_names()]))
    at = draw(st.integers(0, len(name) - 2))
    letter = draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz_-. XÄ"))
    changed = draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
                name[:at] + name[at] * 2 + name[at + 1 :],
                name.upper(),
                name.title(),
                name.replace("_", "-"),
                name.replace("_", ""),
            ]
        )
    )
    return name, changed


@of_a_kind
@given(misspelt())
def test_a_name_that_is_nearly_right_gets_the_nearest_valid_one(names: tuple[str, str]) -> None:
    name, changed = names
    valid = {
        "exits": list(exit_names()), "mechanisms": list(mechanism_names()),
        "": [*StrategySettings.model_fields, *parameters()],
    }  # fmt: skip
    kind = next(kind for kind, known in valid.items() if name in known and kind or (kind == "" and name in known))
    assume(changed not in valid[kind] and "=" not in changed)
    settings = {f"strategy.{kind}": {changed: 1.0}} if kind else {changed: 1}
    with pytest.raises(InputError) as caught:
        load_scenario("baseline", settings)
    text = str(caught.value)
    known = {*valid[kind], *(f"strategy.{key}" for key in valid[kind])}
    assert text.isprintable() and len(text) < 500
    assert caught.value.nearest is not None and (kind or caught.value.nearest in known or "." in caught.value.nearest)


def test_a_long_list_shows_the_nearest_few_and_where_to_see_all() -> None:
    assert one_of(["a", "b"]) == "one of a, b"
    names = [f"name_{number}" for number in range(50)]
    said = one_of(names, "nam_7", "afteraid measures")
    assert said.startswith("one of 50 names, such as name_7, ") and said.endswith("(all: `afteraid measures`)")
    assert closest("NAME_7", names, 1) == ["name_7"] and closest("", names, 3) == []
