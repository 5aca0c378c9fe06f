"""Groups of countries and countries by every name: LDC, income groups, regions, ISO 3166 codes and plain names."""

from __future__ import annotations

import functools
import unicodedata
from importlib import resources

import numpy as np

from ..basis.errors import InputError, nearest
from ..basis.late import pd
from ..basis.units import BoolArray

WORLD, EVERY = "world", "all"
FLAGS = {"LDC": "ldc", "LLDC": "lldc", "SIDS": "sids", "FRAGILE": "fragile"}  # group -> column of the facts
INCOME_GROUPS = ("LIC", "LMC", "UMC", "HIC")
WORDS = {
    WORLD: "World",
    "recipients": "Recipients of aid",
    "LDC": "Least developed countries",
    "LLDC": "Landlocked developing countries",
    "SIDS": "Small island developing states",
    "FRAGILE": "Fragile and conflict-affected",
    "LIC": "Low income",
    "LMC": "Lower-middle income",
    "UMC": "Upper-middle income",
    "HIC": "High income",
}
EXPECTED = (
    f"a country (Kenya, KEN or KE), {', '.join(FLAGS)}, an income group ({', '.join(INCOME_GROUPS)}), "
    "a region, or world"
)
_AREAS = ("region", "subregion")
LONGEST_CODE = 3
_CODES = ("iso3", "iso2")  # ISO 3166-1 alpha-3 and alpha-2


class Groups:
    """The groups and countries of a table of facts, by every name that a user may write.

    Where a country and a part of a continent share a name (Micronesia), the name means the part; the country has its
    code. Case, accents, hyphens and full stops don't matter.
    """

    def __init__(self, facts: pd.DataFrame) -> None:
        """Read the names of a table: iso3, region and income_group, the flags and, where known, more names.

        Args:
            facts: one row a country; of subregion, iso2, name and other_names (parted by semicolons) what there is.
        """
        self._facts = facts
        self._rows = {str(code): row for row, code in enumerate(facts["iso3"])}
        self._names: dict[str, str] = {}  # plain form of a name -> the name as tables write it
        self._shown: dict[str, str] = {}  # plain form of a name -> the same name as a user would write it
        for name in (WORLD, *FLAGS, *INCOME_GROUPS):
            self._learn(name, name)
        for column in _AREAS:
            for area in self._areas(column):
                self._learn(area, area)
        for column in (*_CODES, "name"):
            if column in facts:
                for name, code in zip(facts[column], facts["iso3"], strict=True):
                    self._learn(str(name), str(code))
        if "other_names" in facts:
            for names, code in zip(facts["other_names"].fillna(""), facts["iso3"], strict=True):
                for name in str(names).split(";"):
                    self._learn(name, str(code))

    def _learn(self, written: str, means: str) -> None:
        """Remember a name; the first that was learned keeps its meaning."""
        form = plain(written)
        if form and form not in self._names:
            self._names[form], self._shown[form] = means, written.strip()

    def _areas(self, column: str) -> list[str]:
        """List the parts of the world in a column."""
        return sorted({str(name) for name in self._facts[column]}) if column in self._facts else []

    def read(self, written: str, key: str | None = None) -> str:
        """Return the name, as tables write it, of the group or country that a user means.

        Raises:
            InputError: there is none; carries the nearest name.
        """
        form = plain(written)
        if form not in self._names:
            close = self._nearest(form)
            raise InputError(
                f"no country or group is called '{written}'",
                key=key,
                expected=EXPECTED,
                nearest=self._shown[close] if close else None,
            )
        return self._names[form]

    def _nearest(self, form: str) -> str | None:
        """Return the known name nearest to a plain form; for a long one a code of a country only if no name is near."""
        codes = {plain(str(code)) for column in _CODES if column in self._facts for code in self._facts[column]}
        names = [name for name in self._names if name not in codes]
        return (nearest(form, names) if len(form) > LONGEST_CODE else None) or nearest(form, self._names)

    def members(self, name: str) -> BoolArray:
        """Say which rows of the facts a group has, given its name as tables write it, or `all`."""
        facts = self._facts
        if name in (WORLD, EVERY):
            return np.ones(len(facts), dtype=bool)
        if name in FLAGS:
            return np.asarray(facts[FLAGS[name]].to_numpy(dtype=float) > 0.5)
        if name in INCOME_GROUPS:
            return np.asarray(facts["income_group"] == name, dtype=bool)
        if name in self._rows:
            found = np.zeros(len(facts), dtype=bool)
            found[self._rows[name]] = True
            return found
        column = next(column for column in _AREAS if name in self._areas(column))
        return np.asarray(facts[column] == name, dtype=bool)

    def is_country(self, name: str) -> bool:
        """Say whether a name as tables write it is that of a country."""
        return name in self._rows and name not in (WORLD, *FLAGS, *INCOME_GROUPS)

    def title(self, name: str) -> str:
        """Return how a group or country, given its name as tables write it, is called in a heading."""
        if self.is_country(name) and "name" in self._facts:
            return str(self._facts["name"].iloc[self._rows[name]])
        return WORDS.get(name, name)

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the ISO 3166 codes of the members of a group, given its name as tables write it."""
        return tuple(str(code) for code in self._facts.loc[self.members(name), "iso3"])

    def shown(self, focus: str) -> dict[str, BoolArray]:
        """List the groups that every result shows, world first and the user's focus last, with their members."""
        names = (WORLD, *FLAGS, *INCOME_GROUPS, *self._areas("region"), self.read(focus, "focus"))
        found = {name: self.members(name) for name in names}
        return {name: mask for name, mask in found.items() if mask.any()}


@functools.lru_cache(maxsize=1)
def shipped_groups() -> Groups:
    """Return the groups of economies and the economies by every name that a user may write."""
    countries, names = _shipped("countries"), _shipped("country_names")
    return Groups(countries.merge(names, on="iso3", how="left", validate="one_to_one"))


@functools.lru_cache(maxsize=1)
def tile_grid() -> pd.DataFrame:
    """Return the place of each economy on a grid of tiles: iso3, column from the west, row from the north."""
    return _shipped("tiles")


def _shipped(name: str) -> pd.DataFrame:
    """Read a shipped table."""
    folder = resources.files(__name__.rpartition(".measures.")[0]).joinpath("data")
    with folder.joinpath(f"{name}.csv").open("rb") as stream:
        return pd.read_csv(stream, keep_default_na=False, na_values=[""])


def group_members(facts: pd.DataFrame, group: str) -> tuple[str, BoolArray]:
    """Return the name of a group as tables show it, and a mask over the rows of `facts`.

    Raises:
        InputError: no such group; carries the nearest valid name.
    """
    groups = Groups(facts)
    name = groups.read(group, "focus")
    return name, groups.members(name)


def groups_shown(facts: pd.DataFrame, focus: str) -> dict[str, BoolArray]:
    """List the groups that every result shows, world first and the user's focus last, with their members."""
    return Groups(facts).shown(focus)


@functools.lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """Return a name without what people write in different ways: case, accents, hyphens, full stops, St. for Saint."""
    letters = "".join(mark for mark in unicodedata.normalize("NFKD", name) if not unicodedata.combining(mark))
    letters = letters.casefold().replace("&", " and ")
    for mark in "'’.":
        letters = letters.replace(mark, "")
    words = letters.replace("-", " ").replace("_", " ").replace(",", " ").split()
    if words[:1] == ["the"]:
        words = words[1:]
    return " ".join("saint" if word == "st" else word for word in words)
