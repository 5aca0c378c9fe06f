"""A study as one folder that an archive takes: data, study, scenarios, dictionary, versions, licence, and RO-Crate.

The folder is a sweep's folder too: all that reads a sweep reads it. `ro-crate-metadata.json` follows RO-Crate 1.1
(Soiland-Reyes and others 2022, Data Science 5) and is written by ``rocrate`` (``pip install 'afteraid[publish]'``).
"""

from __future__ import annotations

import csv
import getpass
import importlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from afteraid.simulation.basis import arguments
from afteraid.simulation.basis.errors import ResultsError, StudyError
from afteraid.simulation.basis.files import sha256_of_file
from afteraid.simulation.basis.manifest import MANIFEST, write_json, write_manifest
from afteraid.simulation.basis.optional import library
from afteraid.simulation.basis.toml_text import toml_text
from afteraid.simulation.scenario.scenario import Scenario, load_scenario

from ..study.chunks import RUNS
from ..study.fingerprint import sha256_of
from ..study.study import StudyFile
from .dataset import part_name, read_sweep_manifest

CRATE, DICTIONARY = "ro-crate-metadata.json", "dictionary.csv"
SPDX, LICENCE = "https://spdx.org/licenses/", "CC-BY-4.0"
PARQUET = "application/vnd.apache.parquet"
TYPES = {
    ".parquet": PARQUET, ".json": "application/json", ".csv": "text/csv", ".md": "text/markdown", ".txt": "text/plain",
    ".toml": "application/toml", ".cff": "application/yaml",
}  # fmt: skip
ROWS_AT_ONCE = 100_000
SHORTEST_LEAK = 5  # letters: a home folder such as / would be found everywhere


@dataclass(frozen=True)
class Publication:
    """What only the author knows of a study that is published.

    Attributes:
        authors: names, each perhaps with its ORCID in angle brackets.
        licence: of the data, by its SPDX identifier.
        day: of publication.
        title: the study's own if left out.
    """

    authors: tuple[str, ...] = ()
    licence: str = LICENCE
    day: date | None = None
    title: str = ""

    def people(self) -> list[tuple[str, str]]:
        """Return each author's name and ORCID, which may be empty.

        Raises StudyError for what is not an ORCID.
        """
        found = []
        for text in self.authors:
            name, _, rest = text.partition("<")
            code = rest.rstrip("> ").removeprefix("https://orcid.org/")
            groups = code.split("-")
            if rest and ([len(group) for group in groups] != [4] * 4 or not code.replace("-", "")[:15].isdigit()):
                raise StudyError(f"'{code}' is not an ORCID", key="--author", expected="'Name <0000-0000-0000-0000>'")
            found.append((name.strip(), code))
        return found


def publish(sweep: str | os.PathLike[str], place: Path, publication: Publication) -> list[str]:
    """Write a finished sweep into an empty folder, in the form that an archive takes; return the names of its files.

    The data are those of the sweep, one file a table. The same sweep, authors and day give the same bytes.

    Raises:
        ResultsError: there is no sweep, it isn't finished, or a file would show a path of this machine.
        StudyError: rocrate is missing, or an author or licence can't be used.
    """
    library = _rocrate()
    people = publication.people()
    if not publication.licence or not publication.licence.replace("-", "").replace(".", "").replace("+", "").isalnum():
        raise StudyError(
            f"'{publication.licence}' is not an SPDX identifier", key="--licence", expected=f"such as {LICENCE}"
        )
    folder = arguments.place("sweep", sweep)
    stored = read_sweep_manifest(folder)
    _refuse_unfinished(folder, stored)
    scenarios = _write_scenarios(stored, place)
    study = {**stored["study"], "scenarios": list(scenarios)} if scenarios else stored["study"]
    manifest = {**stored, "study": study, "study_sha256": sha256_of(study)}
    write_manifest(place, manifest)
    written = StudyFile.model_validate(study).model_dump(mode="json", exclude_defaults=True)
    (place / "study.toml").write_text(toml_text(written | {"seed": study["seed"]}), encoding="utf-8")
    for table in dict.fromkeys(row["table"] for row in stored["columns"]):
        _join(folder / table, place / table / part_name(0))
    _write_dictionary(stored["columns"], place / DICTIONARY)
    _write_words(stored, people, publication, place)
    names = sorted(path.relative_to(place).as_posix() for path in place.rglob("*") if path.is_file())
    _write_crate(library, stored, people, publication, place, names)
    _refuse_leaks(place, folder)
    return [CRATE, *names]


def _rocrate() -> Any:
    """Return the library that writes the crate."""
    return library("rocrate.rocrate", "rocrate", "publish", "publish", StudyError)


def _refuse_unfinished(folder: Path, stored: dict[str, Any]) -> None:
    """Refuse a sweep that isn't finished: an archive keeps what it gets for good."""
    done = len(list((folder / RUNS).glob("part-*.parquet")))
    joined = done == 1 and pq.ParquetFile(folder / RUNS / part_name(0)).metadata.num_rows == stored["runs"]
    if done < stored["chunks"] and not joined:
        raise ResultsError(
            f"is not finished: {done} of {stored['chunks']} chunks are done", file=str(folder),
            expected="a finished sweep: continue it with `afteraid sweep ... --resume`",
        )  # fmt: skip


def _write_scenarios(stored: dict[str, Any], place: Path) -> list[str]:
    """Write each scenario with all that it says and inherits, and return their names in the study."""
    names = []
    for name, plan in stored["scenarios"].items():
        path = place / "scenarios" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        # it stands by itself: what it extends is laid in, and what it holds equal can't be looked up any more
        kept = {key: value for key, value in plan.items() if key not in ("name", "extends", "holds_equal")}
        path.write_text(toml_text(kept), encoding="utf-8")
        wanted = Scenario.model_validate(plan)
        found = load_scenario(path)
        if (found.world, found.strategy, found.run) != (wanted.world, wanted.strategy, wanted.run):
            raise ResultsError(f"the scenario {name} can't be written as TOML", file=str(path.name))
        names.append(f"scenarios/{name}.toml")
    return names


def _join(parts: Path, path: Path) -> None:
    """Join the files of a table into one, a part at a time."""
    path.parent.mkdir(parents=True)
    files = sorted(parts.glob("part-*.parquet"), key=lambda part: (len(part.name), part.name))
    with pq.ParquetWriter(path, pq.read_schema(files[0]), compression="zstd") as writer:
        waiting: list[Any] = []
        for part in files:
            waiting.append(pq.read_table(part))
            if sum(table.num_rows for table in waiting) >= ROWS_AT_ONCE:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))


def _write_dictionary(columns: list[dict[str, str]], path: Path) -> None:
    """Write the data dictionary as a table and as JSON."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["table", "column", "type", "unit", "meaning"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(columns)
    write_json(path.with_suffix(".json"), columns)


def _write_words(stored: dict[str, Any], people: list[tuple[str, str]], publication: Publication, place: Path) -> None:
    """Write what a reader opens first, how to cite it, its licence, and the versions to compute it again."""
    title, day = _title(stored, publication), _day(publication)
    authors = "; ".join(name for name, _ in people) or "The authors of the study"
    pins = [f"{name}=={version}" for name, version in sorted(stored["made_with"].items()) if name != "python"]
    python = stored["made_with"].get("python", "")
    (place / "requirements.txt").write_text(
        "\n".join([f"# Python {python}", f"afteraid=={stored['version']}", *pins]) + "\n", encoding="utf-8"
    )
    (place / "LICENCE.txt").write_text(
        f"Data and texts in this folder: {publication.licence} ({SPDX}{publication.licence}.html)\n"
        "AfterAid, which computed them: Apache-2.0. The reference tables that it starts from have their own licences,\n"
        "named in simulation/data/sources.toml of AfterAid.\n",
        encoding="utf-8",
    )
    cff = ["cff-version: 1.2.0", "type: dataset", "message: Please cite this data set, and AfterAid with its version."]
    cff += [
        f"title: {json.dumps(title, ensure_ascii=False)}",
        f"date-released: {day}",
        f"license: {publication.licence}",
    ]
    cff += ["authors:"]
    for name, code in people or [(authors, "")]:
        cff.append(f"  - name: {json.dumps(name, ensure_ascii=False)}")
        cff += [f"    orcid: https://orcid.org/{code}"] if code else []
    cff += ["references:", "  - type: software", "    title: AfterAid", f"    version: {json.dumps(stored['version'])}"]
    cff += ["    license: Apache-2.0", "    authors:", "      - name: The AfterAid authors"]
    (place / "CITATION.cff").write_text("\n".join(cff) + "\n", encoding="utf-8")
    (place / "README.md").write_text(_readme(stored, title, authors, publication), encoding="utf-8")


def _readme(stored: dict[str, Any], title: str, authors: str, publication: Publication) -> str:
    """Return what a reader opens first."""
    kind = stored["design"]["kind"].replace("_", " ")
    return f"""# {title}

{stored["question"]}

{stored["runs"]:,} runs of AfterAid {stored["version"]}: {stored["points"]:,} points ({kind}), {stored["replicates"]} \
replicates, seed {stored["seed"]}.
By {authors}, {_day(publication)}. Licence: {publication.licence}.

| file | holds |
|---|---|
| `runs/` and other folders | the data, Parquet |
| `{DICTIONARY}`, `dictionary.json` | what every column means, with unit and type |
| `study.toml`, `scenarios/` | the study and its scenarios, with all that they inherit |
| `{MANIFEST}` | versions and SHA-256 of code and reference tables |
| `requirements.txt` | versions of packages, to compute it again |
| `{CRATE}` | the same for machines (RO-Crate), with the SHA-256 of every file |

Open it:

```text
duckdb.sql("select * from 'runs/*.parquet'")
polars.read_parquet("runs/*.parquet")
```

Read it, or compute it again:

```text
afteraid read .
afteraid sweep study.toml --out again
```
"""


def _title(stored: dict[str, Any], publication: Publication) -> str:
    return publication.title or stored["title"] or stored["name"]


def _day(publication: Publication) -> str:
    return (publication.day or date.today()).isoformat()


def _write_crate(
    library: Any, stored: dict[str, Any], people: list[tuple[str, str]], publication: Publication, place: Path,
    names: list[str],
) -> None:  # fmt: skip
    """Describe every file, its columns, the people and the software."""
    model = importlib.import_module("rocrate.model")
    crate = library.ROCrate(version="1.1")
    crate.metadata.extra_terms["sha256"] = "https://schema.org/sha256"
    root = crate.root_dataset
    crate.name, crate.description = _title(stored, publication), stored["question"] or _title(stored, publication)
    root["datePublished"] = _day(publication)
    licence = {"@type": "CreativeWork", "name": publication.licence}
    crate.license = crate.add(model.ContextEntity(crate, f"{SPDX}{publication.licence}", properties=licence))
    root["author"] = [
        crate.add(
            model.Person(crate, f"https://orcid.org/{code}" if code else f"#author-{number}", properties={"name": name})
        )
        for number, (name, code) in enumerate(people, start=1)
    ]
    root["keywords"] = ["agent-based model", "digital divide", "development cooperation", "exit of donors"]
    software = {"@type": "SoftwareApplication", "name": "AfterAid", "softwareVersion": stored["version"]}
    program = crate.add(model.ContextEntity(crate, "#afteraid", properties=software))
    columns = _columns(crate, model, stored["columns"])
    files = {}
    for name in names:
        table = name.partition("/")[0] if name.endswith(".parquet") else ""
        kind = {"encodingFormat": TYPES.get(Path(name).suffix, "application/octet-stream"), **_about(name, place)}
        files[name] = crate.add_file(place / name, name, properties=kind)
        if table:
            files[name]["variableMeasured"] = columns[table]
    action = {"@type": "CreateAction", "name": f"Sweep of {stored['name']}, seed {stored['seed']}"}
    made = crate.add(model.ContextEntity(crate, "#sweep", properties=action))
    made["instrument"] = program
    made["object"] = [files[name] for name in names if name == "study.toml" or name.startswith("scenarios/")]
    made["result"] = [files[name] for name in names if name.endswith(".parquet")]
    root["mentions"] = made
    crate.metadata.write(place)


def _about(name: str, place: Path) -> dict[str, Any]:
    """Say what a file is, how large, and its SHA-256."""
    known = {
        MANIFEST: "Versions, hashes of code and reference tables, study and columns", "study.toml": "The study",
        DICTIONARY: "Data dictionary: table, column, type, unit, meaning", "dictionary.json": "Data dictionary as JSON",
        "requirements.txt": "Versions of the packages that computed the data", "LICENCE.txt": "Licence",
        "CITATION.cff": "How to cite it", "README.md": "What a reader opens first",
    }  # fmt: skip
    above = name.partition("/")[0]
    said = known.get(name, "A scenario, with all that it inherits" if above == "scenarios" else f"Table {above}")
    size = (place / name).stat().st_size
    return {"name": name, "description": said, "contentSize": str(size), "sha256": sha256_of_file(place / name)}


def _columns(crate: Any, model: Any, columns: list[dict[str, str]]) -> dict[str, list[Any]]:
    """Describe the columns of each table."""
    found: dict[str, list[Any]] = {}
    for row in columns:
        said = {"@type": "PropertyValue", "name": row["column"], "description": row["meaning"] or row["column"]}
        said |= {"unitText": row["unit"]} if row["unit"] else {}
        entity = model.ContextEntity(crate, f"#{row['table']}-{row['column']}", properties=said)
        found.setdefault(row["table"], []).append(crate.add(entity))
    return found


def _refuse_leaks(place: Path, sweep: Path) -> None:
    """Refuse a folder in which a path of this machine or of its user stands."""
    wanted = {str(Path.home()), os.getcwd(), str(sweep.resolve()), tempfile.gettempdir()}
    with suppress(KeyError, OSError):  # a user without a name
        wanted |= {f"/home/{getpass.getuser()}", f"/Users/{getpass.getuser()}", rf"\Users\{getpass.getuser()}"}
    leaks = sorted((leak for leak in wanted if len(leak) >= SHORTEST_LEAK), key=len, reverse=True)
    for path in sorted(place.rglob("*")):
        for text in _texts(path):
            for leak in leaks:
                if leak in text or json.dumps(leak)[1:-1] in text:
                    raise ResultsError(
                        f"would show a path of this machine: {leak}", file=path.relative_to(place).as_posix(),
                        expected="a study, and errors of runs, without such paths",
                    )  # fmt: skip


def _texts(path: Path) -> Iterator[str]:
    """Give all that can be read in a file: its text, or the text columns and notes of a table."""
    if path.suffix != ".parquet":
        if path.is_file():
            yield path.read_text(encoding="utf-8")
        return
    table = pq.ParquetFile(path)
    for key, value in (table.schema_arrow.metadata or {}).items():
        yield f"{key.decode(errors='replace')} {value.decode(errors='replace')}"
    names = [column.name for column in table.schema_arrow if pa.types.is_string(column.type)]
    names += [column.name for column in table.schema_arrow if pa.types.is_large_string(column.type)]
    names += [column.name for column in table.schema_arrow if pa.types.is_dictionary(column.type)]
    for batch in table.iter_batches(columns=names) if names else ():
        for column in batch.columns:
            yield "\n".join(value for value in column.unique().to_pylist() if isinstance(value, str))
