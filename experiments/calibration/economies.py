"""Economies of a table, by every code and name that statistics write them in; what is no economy is told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from afteraid.simulation.basis.errors import DataError, InputError
from afteraid.simulation.data import known_groups, load_countries, load_table
from afteraid.simulation.measures.groups import plain
from afteraid.simulation.results.words.templates import Templates

# ISO 3166-1 beyond the embedded table: alpha-3, alpha-2 and names, parted by semicolons
BEYOND = {
    "ALA": "AX;Aland Islands", "ASM": "AS;American Samoa", "ATA": "AQ;Antarctica",
    "ATF": "TF;French Southern Territories", "BES": "BQ;Bonaire, Sint Eustatius and Saba;Caribbean Netherlands",
    "BVT": "BV;Bouvet Island", "CCK": "CC;Cocos (Keeling) Islands;Cocos Islands", "ESH": "EH;Western Sahara",
    "GLP": "GP;Guadeloupe", "GUF": "GF;French Guiana", "HMD": "HM;Heard Island and McDonald Islands",
    "IMN": "IM;Isle of Man", "IOT": "IO;British Indian Ocean Territory", "MTQ": "MQ;Martinique", "MYT": "YT;Mayotte",
    "PCN": "PN;Pitcairn", "PRK": "KP;North Korea;Democratic People's Republic of Korea;Korea, Dem. People's Rep.",
    "REU": "RE;Reunion", "SGS": "GS;South Georgia and the South Sandwich Islands",
    "SJM": "SJ;Svalbard and Jan Mayen", "UMI": "UM;United States Minor Outlying Islands",
}  # fmt: skip
# codes of Our World in Data, the World Bank, the IMF and Eurostat, and those that ISO 3166-1 gave up since 1989
SPELLINGS = {
    "OWID_KOS": "XKX", "XK": "XKX", "XKK": "XKX", "XXK": "XKX", "KSV": "XKX", "KOS": "XKX", "RKS": "XKX", "UVK": "XKX",
    "WBG": "PSE", "ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "BUR": "MMR", "ADO": "AND", "IMY": "IMN",
    "UK": "GBR", "EL": "GRC",
}  # fmt: skip
# names that the World Bank, the ITU and Our World in Data write and the table of names doesn't know
NAMES = {
    "Bahamas, The": "BHS", "Congo, Dem. Rep.": "COD", "Congo, Rep.": "COG", "Dem. Rep. of the Congo": "COD",
    "Congo (Rep. of the)": "COG", "Egypt, Arab Rep.": "EGY", "Gambia, The": "GMB", "Hong Kong SAR, China": "HKG",
    "Hong Kong, China": "HKG", "Iran, Islamic Rep.": "IRN", "Korea, Rep.": "KOR", "Korea (Rep. of)": "KOR",
    "Macao SAR, China": "MAC", "Macao, China": "MAC", "Micronesia (country)": "FSM", "Micronesia, Fed. Sts.": "FSM",
    "Micronesia": "", "Puerto Rico (US)": "PRI", "Saint Martin (French part)": "MAF", "St. Martin (French part)": "MAF",
    "Somalia, Fed. Rep.": "SOM", "Taiwan, China": "TWN", "Taiwan, Province of China": "TWN", "Venezuela, RB": "VEN",
    "Virgin Islands (U.S.)": "VIR", "Yemen, Rep.": "YEM",
}  # fmt: skip
# groups of economies, as the World Bank codes them
AGGREGATES = frozenset((
    "AFE", "AFR", "AFW", "ARB", "CAA", "CEA", "CEB", "CEU", "CLA", "CME", "CSA", "CSS", "DEA", "DEC",
    "DLA", "DMN", "DNS", "DSA", "DSF", "DSS", "EAP", "EAR", "EAS", "ECA", "ECS", "EMU", "EUU", "FCS",
    "FXS", "HIC", "HPC", "IBB", "IBD", "IBT", "IDA", "IDB", "IDX", "INX", "LAC", "LCN", "LCR", "LDC",
    "LIC", "LMC", "LMY", "LTE", "MDE", "MEA", "MIC", "MNA", "NAC", "NLS", "NOC", "NRS", "OEC", "OED",
    "OSS", "PRE", "PSS", "PST", "RRS", "SAS", "SSA", "SSF", "SST", "SXZ", "TEA", "TEC", "TLA", "TMN",
    "TSA", "TSS", "UMC", "WLD", "XZN",
))  # fmt: skip
OWN_AGGREGATES = "OWID_"  # codes of Our World in Data for what ISO 3166 has no code for
EXPECTED = "ISO 3166 alpha-3 codes, such as KEN"
SAY = Templates(
    "economies",
    groups="Left out of {file}, because they are groups of economies: {names}.",
    unknown="Left out of {file}, because no economy has this code or name: {names}.",
)


@dataclass(frozen=True)
class Economies:
    """The economies of a column.

    Attributes:
        codes: ISO 3166 alpha-3 (XKX for Kosovo) of each cell; None for what is no economy.
        groups: what was written for groups of economies, each once, in the order of the file.
        unknown: what was written for what is neither an economy nor a known group.
    """

    codes: list[str | None]
    groups: tuple[str, ...]
    unknown: tuple[str, ...]

    def said(self, file: str) -> tuple[str, ...]:
        """Say by name what was left out of a file; nothing where nothing was."""
        said = [SAY("groups", file=file, names="; ".join(self.groups))] if self.groups else []
        if self.unknown:
            said.append(SAY("unknown", file=file, names="; ".join(self.unknown)))
        return tuple(said)


def read_economies(written: Sequence[str], lines: Sequence[int], file: str, key: str) -> Economies:
    """Read a column of codes or names, one of each line.

    "NA" is Namibia only where another economy has a code of two letters too; else nobody can tell it from a missing
    code.

    Raises DataError for an empty code, and where no cell is an economy.
    """
    two_letters = any(_is_pair(text) and text.strip().upper() != "NA" for text in set(written))
    codes: list[str | None] = []
    left_out: dict[bool, dict[str, None]] = {True: {}, False: {}}
    for text, line in zip(written, lines, strict=True):
        stripped = text.strip()
        if stripped.lower() in MISSING_CODES or (stripped.upper() == "NA" and not two_letters):
            said = f"'{stripped}' is no code" if stripped else "is empty"
            raise DataError(said, file=file, line=line, key=key, expected=f"{EXPECTED}, in every row")
        code = economy(stripped)
        codes.append(code)
        if code is None:
            left_out[is_group(stripped)].setdefault(stripped)
    found = Economies(codes, tuple(left_out[True]), tuple(left_out[False]))
    if codes and not any(codes):
        some = ", ".join([*left_out[True], *left_out[False]][:5])
        raise DataError(f"holds no economy, but {some}", file=file, line=lines[0], key=key, expected=EXPECTED)
    return found


MISSING_CODES = frozenset(("", "..", "nan", "n/a", "null", "none", "-"))


@lru_cache(maxsize=4096)
def economy(written: str) -> str | None:
    """Return the ISO 3166 alpha-3 code of an economy by code, spelling or name; None for what is no economy."""
    code = " ".join(written.split()).upper()
    if code in _alpha_3() or code in SPELLINGS:
        return SPELLINGS.get(code, code)
    if len(code) == 2 and code.isascii():
        return _alpha_2().get(code)
    form = plain(written)
    if form in _names():
        return _names()[form] or None
    if is_group(written) or len(code) <= 3:
        return None
    try:
        found = known_groups().read(written)
    except InputError:
        return None
    return found if found in _alpha_3() else None


def is_group(written: str) -> bool:
    """Say whether a code or a name is that of a group of economies."""
    code = written.strip().upper()
    if code in AGGREGATES or code.startswith(OWN_AGGREGATES):
        return True
    try:
        return known_groups().read(written) not in _alpha_3()
    except InputError:
        return False


def _is_pair(written: str) -> bool:
    return economy(written.strip()) is not None and len(written.strip()) == 2


@lru_cache(maxsize=1)
def _alpha_3() -> frozenset[str]:
    return frozenset(load_countries()["iso3"]) | frozenset(BEYOND)


@lru_cache(maxsize=1)
def _alpha_2() -> dict[str, str]:
    table = load_table("country_names")
    beyond = {names.split(";")[0]: code for code, names in BEYOND.items()}
    return dict(zip(table["iso2"], table["iso3"], strict=True)) | beyond


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    beyond = {plain(name): code for code, names in BEYOND.items() for name in names.split(";")[1:]}
    return beyond | {plain(name): code for name, code in NAMES.items()}
