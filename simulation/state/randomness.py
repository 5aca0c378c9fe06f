"""Named streams of luck: a draw depends on seed, replicate, process, quarter and identity, and on nothing else.

A counter-based generator turns that address into a uniform number, so an initiative has the same luck in every
scenario in which it exists, whatever happens around it and however many workers share the runs. The mixing function is
the finaliser of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA, "Fast splittable pseudorandom number generators").
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np

from ..basis.compiled import compiled
from ..basis.errors import DrawnTwiceError
from ..basis.normal import normal_quantile
from ..basis.units import FloatArray, IntArray, KeyArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11, _S40 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11), np.uint64(40)
_MASK = 0xFFFFFFFFFFFFFFFF


@compiled
def mix(words: KeyArray) -> KeyArray:
    """Scramble 64-bit words so that neighbouring inputs give unrelated outputs. Shape is kept."""
    scrambled = words + _GOLDEN
    scrambled = (scrambled ^ (scrambled >> _S30)) * _FIRST
    scrambled = (scrambled ^ (scrambled >> _S27)) * _SECOND
    return scrambled ^ (scrambled >> _S31)


@compiled
def _salt(base: np.uint64, word: np.uint64, quarter: int, ordinal: int) -> KeyArray:
    """Scramble the address of a decision into the word that tells its luck from that of others, (1,)."""
    address = base ^ word ^ np.uint64(quarter) ^ (np.uint64(ordinal) << _S40)
    return mix(np.array([address]))


@compiled
def _fill_luck(keys: KeyArray, salt: KeyArray, found: FloatArray) -> None:
    """Turn identities, (n,), and the word of a decision, (1,), into uniform numbers in (0, 1), (n,)."""
    words = mix(keys ^ salt)
    for row in range(keys.size):
        found[row] = (float(words[row] >> _S11) + 0.5) * 2.0**-53


@compiled
def _fill_uniform(
    keys: KeyArray, base: np.uint64, word: np.uint64, quarter: int, ordinal: int, found: FloatArray
) -> None:
    """Draw what a decision of a quarter gives each identity, uniform in (0, 1), (n,)."""
    _fill_luck(keys, _salt(base, word, quarter, ordinal), found)


@compiled
def _luck_of_decisions(keys: KeyArray, salts: KeyArray) -> FloatArray:
    """Turn identities, (n,), and the words of decisions, (m,), into uniform numbers in (0, 1), (m, n)."""
    found = np.empty((salts.size, keys.size))
    for decision in range(salts.size):
        _fill_luck(keys, salts[decision : decision + 1], found[decision])
    return found


@lru_cache(maxsize=4096)
def word_of(name: str) -> np.uint64:
    """Return the fixed 64-bit word of a name; the same on every machine and every run."""
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))


def identity(*parts: IntArray | KeyArray | int) -> KeyArray:
    """Combine whole numbers (donor, country, sequence ...) into one 64-bit identity each. Parts broadcast."""
    key = np.zeros(1, dtype=np.uint64)
    for part in parts:
        key = mix(key ^ np.asarray(part).astype(np.uint64))
    return key


class Streams:
    """The luck of one run: one stream a decision, each drawn once a quarter."""

    def __init__(self, seed: int, replicate: int) -> None:
        """Open the streams of one replicate under one seed (any whole numbers; 0 is a seed)."""
        self.seed = int(seed)
        self.replicate = int(replicate)
        base = mix(np.array([self.seed & _MASK], dtype=np.uint64))
        self._base = mix(base ^ np.uint64(self.replicate & _MASK))[0]
        self._drawn: set[tuple[str, int, int]] = set()
        self._lifelong_salts: dict[tuple[str, ...], KeyArray] = {}
        self._pair: Streams | None = None  # what this replicate shares with its neighbour, once it is asked for

    def uniform(self, process: str, quarter: int, keys: KeyArray, ordinal: int = 0) -> FloatArray:
        """Draw one uniform number in (0, 1) for each identity, (n,).

        Raises:
            DrawnTwiceError: this process has already drawn this ordinal in this quarter.
        """
        self._note((process, quarter, ordinal))
        found = np.empty(keys.size)
        _fill_uniform(keys, self._base, word_of(process), quarter, ordinal, found)
        return found

    def normal(self, process: str, quarter: int, keys: KeyArray, ordinal: int = 0) -> FloatArray:
        """Draw one standard normal number for each identity."""
        return normal_quantile(self.uniform(process, quarter, keys, ordinal))

    def paired_normal(self, process: str, quarter: int, keys: KeyArray) -> FloatArray:
        """Draw one standard normal number for each identity, in antithetic pairs of replicates.

        Replicates 2 n and 2 n + 1 have the same numbers with opposite signs.
        """
        self._note((process, quarter, 0))
        if self._pair is None:
            self._pair = Streams(self.seed, -1 - self.replicate // 2)  # an address that no replicate has
        sign = -1.0 if self.replicate % 2 else 1.0
        return np.asarray(sign * self._pair.normal(process, quarter, keys))

    def lifelong(self, decisions: tuple[str, ...], keys: KeyArray) -> FloatArray:
        """Draw what is decided once in an identity's life, whenever it happens. Shape (decisions, n).

        The quarter is no part of the address: an initiative founded a year later in another scenario is the same one.
        """
        salts = self._lifelong_salts.get(decisions)
        if salts is None:
            salts = np.concatenate([_salt(self._base, word_of(decision), 0, 0) for decision in decisions])
            self._lifelong_salts[decisions] = salts
        return _luck_of_decisions(keys, salts)

    def _note(self, address: tuple[str, int, int]) -> None:
        """Note that a decision has drawn; none does so twice."""
        if address in self._drawn:
            process, quarter, ordinal = address
            raise DrawnTwiceError(f"process '{process}' drew twice in quarter {quarter} (ordinal {ordinal})")
        self._drawn.add(address)


def student_t4(uniform: FloatArray) -> FloatArray:
    """Turn uniform numbers into Student t with 4 degrees of freedom (closed form: Shaw 2006, J. Comp. Finance 9(4))."""
    alpha = 4.0 * uniform * (1.0 - uniform)
    root = np.sqrt(alpha)
    q = np.cos(np.arccos(root) / 3.0) / root
    return np.sign(uniform - 0.5) * 2.0 * np.sqrt(np.maximum(q - 1.0, 0.0))


def exponential(uniform: FloatArray) -> FloatArray:
    """Turn uniform numbers into exponential ones with mean one."""
    return -np.log1p(-uniform)
