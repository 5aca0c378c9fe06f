"""Powers, exponentials and logarithms in compiled loops: quicker than numpy's, with the same bits on every machine.

The methods are those of fdlibm (Sun Microsystems 1993); the error is below one unit in the last place. A number is its
bits: sign, exponent and mantissa. So loops take four numbers at a time, which a call of a library for each cannot.
"""

from __future__ import annotations

import numpy as np

from .compiled import compiled
from .units import FloatArray

MANTISSA = np.uint64(52)  # bits of it
ONE = np.uint64(0x3FF0000000000000)  # the bits of 1.0: its exponent is 1023
UP = np.uint64(0x3FF0000000000000 - 0x3FE6A09E667F3BCD)  # lifts the root of a half to 1.0
WHOLE, WHOLE_BITS = 4503599627370496.0, np.uint64(0x4330000000000000)  # 2^52, whose last bits count whole numbers
ROUND = 6755399441055744.0  # 1.5 x 2^52: what is added to it and taken off again is a whole number
BIAS = np.uint64(1023)
LN2_HIGH, LN2_LOW, PER_LN2 = 6.93147180369123816490e-01, 1.90821492927058770002e-10, 1.44269504088896338700
MOST = 708.0  # beyond it an exponential is no normal number


@compiled
def power(values: FloatArray, exponent: float, found: FloatArray) -> None:
    """Write positive numbers to a power, (n,); `found` may be `values`."""
    logarithm(values, found)
    for i in range(found.size):
        found[i] *= exponent
    exponential(found, found)


@compiled
def logarithm(values: FloatArray, found: FloatArray) -> None:
    """Write the natural logarithms of positive numbers, (n,); `found` may be `values`."""
    bits, whole, rest = values.view(np.uint64), np.empty(values.size), np.empty(values.size)
    whole_bits, rest_bits = whole.view(np.uint64), rest.view(np.uint64)
    for i in range(bits.size):
        twos = (bits[i] + UP) >> MANTISSA
        whole_bits[i] = twos | WHOLE_BITS
        rest_bits[i] = bits[i] + ONE - (twos << MANTISSA)
    for i in range(found.size):
        found[i] = _log(whole[i] - (WHOLE + 1023.0), rest[i] - 1.0)


@compiled
def _log(twos: float, f: float) -> float:
    """Return ln(2^twos (1 + f)) for 1 + f between the roots of a half and of two."""
    s = f / (2.0 + f)
    z, half = s * s, 0.5 * f * f
    w = z * z
    odd = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    even = 2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)
    series = z * (6.666666666666735130e-01 + w * even) + odd
    return twos * LN2_HIGH - ((half - (s * (half + series) + twos * LN2_LOW)) - f)


@compiled
def exponential(values: FloatArray, found: FloatArray) -> None:
    """Write the exponentials of numbers within 708 of zero, others at that bound, (n,); `found` may be `values`."""
    twos, rest = np.empty(values.size), np.empty(values.size)
    twos_bits = twos.view(np.uint64)
    for i in range(values.size):
        value = min(max(values[i], -MOST), MOST)
        twos[i] = value * PER_LN2 + ROUND
        rest[i] = _exp(value, twos[i] - ROUND)
    for i in range(values.size):
        twos_bits[i] = (twos_bits[i] + BIAS) << MANTISSA
    for i in range(values.size):
        found[i] = rest[i] * twos[i]


@compiled
def _exp(value: float, twos: float) -> float:
    """Return exp(value) / 2^twos, where twos is the whole number next to value / ln 2."""
    high, low = value - twos * LN2_HIGH, twos * LN2_LOW
    r = high - low
    z = r * r
    series = 6.61375632143793436117e-05 + z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08)
    c = r - z * (1.66666666666666019037e-01 + z * (-2.77777777770155933842e-03 + z * series))
    return 1.0 - ((low - r * c / (2.0 - c)) - high)
