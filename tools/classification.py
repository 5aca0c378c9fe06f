"""Say what class each economy is in: region, income group, UN lists, fragility, bloc, language and neighbours.

Classes come from the data files of bblocks-places (M49, UN-OHRLLS, World Bank) and hdx-python-country, and from the
Factbook's texts; the lists typed in here name their publisher.
"""

from __future__ import annotations

import csv
import re
from importlib.metadata import distribution
from pathlib import Path

import pandas as pd

from factbook import border_names

# World Bank Group, Classification of Fragile and Conflict-Affected Situations, fiscal year 2025 (39 economies).
CONFLICT = frozenset("AFG BFA CMR CAF COD ETH HTI IRQ LBN MLI MOZ MMR NER NGA SOM SSD SDN SYR UKR PSE YEM".split())
SOCIAL_FRAGILITY = frozenset("BDI TCD COM COG ERI GNB KIR XKX LBY MHL FSM PNG STP SLB TLS TUV VEN ZWE".split())

# OECD DAC List of ODA Recipients, reporting on 2024 and 2025 flows, where it differs from "no high-income economy":
# still listed although high-income (or unclassified) by the World Bank, and never listed although middle-income.
STILL_RECIPIENTS = frozenset("CRI GUY MSR NIU NRU PAN PLW SHN TKL VEN WLF".split())
NEVER_RECIPIENTS = frozenset("BGR ROU RUS".split())

# Member States by region of the International Telecommunication Union; other economies follow their continent.
ARAB_STATES = frozenset(
    "DZA BHR COM DJI EGY IRQ JOR KWT LBN LBY MRT MAR OMN PSE QAT SAU SOM SDN SYR TUN ARE YEM".split()
)
COMMONWEALTH_OF_INDEPENDENT_STATES = frozenset("ARM AZE BLR KAZ KGZ RUS TJK TKM UZB".split())
EUROPE_BEYOND_THE_CONTINENT = frozenset("CYP GEO ISR TUR GRL".split())
REGION_BY_CONTINENT = {
    "Africa": "Africa",
    "Americas": "Americas",
    "Asia": "Asia-Pacific",
    "Oceania": "Asia-Pacific",
    "Europe": "Europe",
}
INCOME_GROUPS = {
    "Low income": "LIC",
    "Lower middle income": "LMC",
    "Upper middle income": "UMC",
    "High income": "HIC",
    "Low": "LIC",
    "Lower middle": "LMC",
    "Upper middle": "UMC",
    "High": "HIC",
}

# The bloc that integrates markets most comes first; an economy gets the first that it belongs to. What the Factbook
# lists as CEMAC is the membership of the wider ECCAS, so it is named so.
BLOC_ORDER = (
    *"EU EFTA EAEU GCC ASEAN SAARC ECOWAS WAEMU EAC SADC ECCAS AMU LAS COMESA Mercosur CAN Caricom OECS SICA".split(),
    *("USMCA", "Pacific Alliance"),
    *"PIF SPC CIS BSEC CEI ECO SCO APEC".split(),
)
FACTBOOK_NAME_OF_BLOC = {"ECCAS": "CEMAC"}
# The Factbook's lists lag behind: the United Kingdom left the EU in 2020; the Dominican Republic is in SICA since 2013;
# Guinea is of ECOWAS (suspended in 2021); Kosovo and Palestine are named in no list of organisations.
BLOC_CORRECTIONS = {"GBR": "", "DOM": "SICA", "GIN": "ECOWAS", "XKX": "", "PSE": "LAS"}

LANGUAGE_WORDS = {
    "english": ("english",),
    "french": ("french",),
    "spanish": ("spanish", "castilian"),
    "portuguese": ("portuguese",),
    "arabic": ("arabic",),
    "russian": ("russian",),
    "chinese": ("chinese", "mandarin", "cantonese"),
}
# Where the text marks no official language, or a lesser one first: the language of government.
LANGUAGE_CORRECTIONS = dict.fromkeys("GHA MHL NRU PAK PHL TKL TON".split(), "english")
LANGUAGE_CORRECTIONS |= {"CMR": "french", "MLI": "french", "KAZ": "russian", "TLS": "portuguese"}

# Hong Kong and Macau are separate economies; the border in the Arctic is Greenland's, which the table has.
BORDERS_ADDED = {("HKG", "CHN"), ("MAC", "CHN"), ("GRL", "CAN")}
BORDERS_REMOVED = {("CAN", "DNK"), ("DNK", "CAN")}
NAMES_IN_BORDERS = {
    "Democratic Republic of the Congo": "COD",
    "Republic of the Congo": "COG",
    "Czech Republic": "CZE",
    "Cote d'Ivoire": "CIV",
    "Macedonia": "MKD",
    "US": "USA",
    "UK": "GBR",
    "UAE": "ARE",
    "Gaza Strip": "PSE",
    "West Bank": "PSE",
    "Burma": "MMR",
    "Turkey": "TUR",
    "Saint Martin": "MAF",
    "French Guiana": "FRA",
    "Central African Republic": "CAF",
    "Dominican Republic": "DOM",
}


def read_rows(package: str, name_part: str) -> list[dict[str, str]]:
    """Return the rows of the one data file of an installed package whose name contains a word."""
    installed = distribution(package)
    names = [str(path) for path in installed.files or [] if name_part in path.name and path.name.endswith(".csv")]
    path = Path(str(installed.locate_file(sorted(names)[0])))
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def read_concordance() -> pd.DataFrame:
    """Return names, M49 areas, income level and UN lists by ISO 3166 code; Namibia's ISO2 code is not a gap."""
    rows = {row["iso3_code"]: row for row in read_rows("bblocks-places", "concordance")}
    table = pd.DataFrame.from_dict(rows, orient="index").sort_index()
    table.loc["NAM", "iso2_code"] = "NA"
    older = {
        row["ISO 3166-1 Alpha 3-Codes"]: row["World Bank Income Level"]
        for row in read_rows("hdx-python-country", "Taxonomy")
    }
    table["earlier_income_level"] = [older.get(iso3, "") for iso3 in table.index]
    return table


def itu_region(iso3: str, continent: str) -> str:
    """Return the region, in the manner of the International Telecommunication Union."""
    if iso3 in ARAB_STATES:
        return "Arab States"
    if iso3 in COMMONWEALTH_OF_INDEPENDENT_STATES:
        return "CIS"
    if iso3 in EUROPE_BEYOND_THE_CONTINENT:
        return "Europe"
    return REGION_BY_CONTINENT[continent]


def main_bloc(iso3: str, organizations: str) -> str:
    """Return the one regional bloc of an economy, or an empty text: full members only, first in the stated order."""
    if iso3 in BLOC_CORRECTIONS:
        return BLOC_CORRECTIONS[iso3]
    memberships = {part.strip() for part in re.split("[,;]", organizations)}
    for bloc in BLOC_ORDER:
        if FACTBOOK_NAME_OF_BLOC.get(bloc, bloc) in memberships:
            return bloc
    return ""


def link_language(iso3: str, languages: str) -> str:
    """Return the language that links an economy to others: the first official one of seven, else the first spoken."""
    if iso3 in LANGUAGE_CORRECTIONS:
        return LANGUAGE_CORRECTIONS[iso3]
    parts = re.split(r"[,;](?![^(]*\))", languages)
    official = [part for part in parts if re.search(r"\bofficial\b", part.lower())]
    for part in official or parts[:1]:
        before = re.split(r"\bofficial\b", part.lower())[0]
        for language, words in LANGUAGE_WORDS.items():
            if any(word in before for word in words):
                return language
    return "other"


def neighbours(borders: dict[str, str], iso3_by_name: dict[str, str]) -> list[str]:
    """Return, for each economy in order, those of the table across a land border, as lists with semicolons."""
    pairs = {(iso3, iso3_by_name.get(name, "")) for iso3, text in borders.items() for name in border_names(text)}
    pairs = (pairs | BORDERS_ADDED) - BORDERS_REMOVED
    # One of the two sides sometimes forgets the border: it counts for both.
    pairs |= {(second, first) for first, second in pairs}
    return [
        ";".join(sorted({second for first, second in pairs if first == iso3 and second in borders})) for iso3 in borders
    ]


def is_recipient(iso3: str, income_group: str) -> bool:
    """Say whether an economy is on the DAC list of recipients of 2024-25, by its published income group (or none)."""
    if iso3 in STILL_RECIPIENTS:
        return True
    return income_group in {"LIC", "LMC", "UMC"} and iso3 not in NEVER_RECIPIENTS


def classify(figures: pd.DataFrame, texts: pd.DataFrame, concordance: pd.DataFrame) -> pd.DataFrame:
    """Return the classes of the economies in `figures`, one row each; an unknown income group is left empty."""
    places = concordance.loc[figures.index]
    by_name = dict(zip(concordance["name_short"], concordance.index, strict=True))
    by_name |= dict(zip(texts["short_name"], texts.index, strict=True)) | NAMES_IN_BORDERS
    table = pd.DataFrame(index=figures.index)
    table["name"] = places["name_short"].str.replace("\u2019", "'")
    table["region"] = [itu_region(str(iso3), continent) for iso3, continent in places["region"].items()]
    table["subregion"] = places["subregion"]
    table["area"] = places["intermediate_region"].where(places["intermediate_region"] != "", places["subregion"])
    income = places["income_level"].map(INCOME_GROUPS)
    table["income_group"] = income.fillna(places["earlier_income_level"].map(INCOME_GROUPS))
    for flag in ("ldc", "lldc", "sids"):
        table[flag] = (places[flag] == "True").astype(int)
    table["fragile"] = [int(iso3 in CONFLICT | SOCIAL_FRAGILITY) for iso3 in table.index]
    table["bloc"] = [main_bloc(iso3, text) for iso3, text in texts.loc[table.index, "organizations"].items()]
    table["language"] = [link_language(iso3, text) for iso3, text in texts.loc[table.index, "languages"].items()]
    table["neighbours"] = neighbours(dict(texts.loc[table.index, "borders"]), by_name)
    return table
