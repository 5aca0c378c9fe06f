"""The normal distribution and its quantiles, as functions of arrays: rational approximations of the Cephes library.

Equations and coefficients are those of Moshier 1989 (Methods and Programs for Mathematical Functions; files `ndtri` and
`ndtr`). They give the bits that `scipy.special` gives, without the quarter of a second that its import takes.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from .compiled import compiled
from .units import FloatArray

TAIL = 0.13533528323661269189  # exp(-2): below this probability, and above its complement, quantiles are of the tail
FAR = 8.0  # sqrt(-2 log p), or distance over sqrt(2), beyond which other coefficients hold
NOTHING_BEYOND = 40.0  # over sqrt(2): the share beyond is zero in double precision
ROOT_OF_TWO_PI = 2.50662827463100050242
ROOT_OF_HALF = 0.70710678118654752440
# numerators and denominators, highest power first; the highest coefficient of a denominator is one
_MIDDLE_ABOVE = (
    -5.99633501014107895267e1, 9.80010754185999661536e1, -5.66762857469070293439e1, 1.39312609387279679503e1,
    -1.23916583867381258016e0,
)  # fmt: skip
_MIDDLE_BELOW = (
    1.0, 1.95448858338141759834e0, 4.67627912898881538453e0, 8.63602421390890590575e1, -2.25462687854119370527e2,
    2.00260212380060660359e2, -8.20372256168333339912e1, 1.59056225126211695515e1, -1.18331621121330003142e0,
)  # fmt: skip
_TAIL_ABOVE = (
    4.05544892305962419923e0, 3.15251094599893866154e1, 5.71628192246421288162e1, 4.40805073893200834700e1,
    1.46849561928858024014e1, 2.18663306850790267539e0, -1.40256079171354495875e-1, -3.50424626827848203418e-2,
    -8.57456785154685413611e-4,
)  # fmt: skip
_TAIL_BELOW = (
    1.0, 1.57799883256466749731e1, 4.53907635128879210584e1, 4.13172038254672030440e1, 1.50425385692907503408e1,
    2.50464946208309415979e0, -1.42182922854787788574e-1, -3.80806407691578277194e-2, -9.33259480895457427372e-4,
)  # fmt: skip
_FAR_TAIL_ABOVE = (
    3.23774891776946035970e0, 6.91522889068984211695e0, 3.93881025292474443415e0, 1.33303460815807542389e0,
    2.01485389549179081538e-1, 1.23716634817820021358e-2, 3.01581553508235416007e-4, 2.65806974686737550832e-6,
    6.23974539184983293730e-9,
)  # fmt: skip
_FAR_TAIL_BELOW = (
    1.0, 6.02427039364742014255e0, 3.67983563856160859403e0, 1.37702099489081330271e0, 2.16236993594496635890e-1,
    1.34204006088543189037e-2, 3.28014464682127739104e-4, 2.89247864745380683936e-6, 6.79019408009981274425e-9,
)  # fmt: skip
_ERROR_ABOVE = (
    9.60497373987051638749e0, 9.00260197203842689217e1, 2.23200534594684319226e3, 7.00332514112805075473e3,
    5.55923013010394962768e4,
)  # fmt: skip
_ERROR_BELOW = (
    1.0, 3.35617141647503099647e1, 5.21357949780152679795e2, 4.59432382970980127987e3, 2.26290000613890934246e4,
    4.92673942608635921086e4,
)  # fmt: skip
_COMPLEMENT_ABOVE = (
    2.46196981473530512524e-10, 5.64189564831068821977e-1, 7.46321056442269912687e0, 4.86371970985681366614e1,
    1.96520832956077098242e2, 5.26445194995477358631e2, 9.34528527171957607540e2, 1.02755188689515710272e3,
    5.57535335369399327526e2,
)  # fmt: skip
_COMPLEMENT_BELOW = (
    1.0, 1.32281951154744992508e1, 8.67072140885989742329e1, 3.54937778887819891062e2, 9.75708501743205489753e2,
    1.82390916687909736289e3, 2.24633760818710981792e3, 1.65666309194161350182e3, 5.57535340817727675546e2,
)  # fmt: skip
_FAR_COMPLEMENT_ABOVE = (
    5.64189583547755073984e-1, 1.27536670759978104416e0, 5.01905042251180477414e0, 6.16021097993053585195e0,
    7.40974269950448939160e0, 2.97886665372100240670e0,
)  # fmt: skip
_FAR_COMPLEMENT_BELOW = (
    1.0, 2.26052863220117276590e0, 9.39603524938001434673e0, 1.20489539808096656605e1, 1.70814450747565897222e1,
    9.60896809063285878198e0, 3.36907645100081516050e0,
)  # fmt: skip


def normal_quantile(probability: npt.ArrayLike) -> FloatArray:
    """Return the standard normal number below which a share of all lies.

    Args:
        probability: between 0 and 1, any shape; the result has it. Minus infinity for 0, infinity for 1, and no number
            (nan) outside.
    """
    share = np.asarray(probability, dtype=np.float64)
    found = np.empty(share.size)
    fill_quantiles(share.ravel(), found)
    return found.reshape(share.shape)


def normal_distribution(score: npt.ArrayLike) -> FloatArray:
    """Return the share of all standard normal numbers below a score, between 0 and 1. Any shape; the result has it."""
    scores = np.asarray(score, dtype=np.float64)
    found = np.empty(scores.size)
    _fill_shares(scores.ravel(), found)
    return found.reshape(scores.shape)


@compiled
def _polynomial(x: float, coefficients: tuple[float, ...]) -> float:
    """Return a polynomial at a number, by Horner's rule."""
    total = coefficients[0]
    for place in range(1, len(coefficients)):
        total = total * x + coefficients[place]
    return total


@compiled
def _middle_quantile(share: float) -> float:
    """Return the quantile of a share that lies in neither tail."""
    x = share - 0.5
    square = x * x
    part = square * _polynomial(square, _MIDDLE_ABOVE) / _polynomial(square, _MIDDLE_BELOW)
    return (x + x * part) * ROOT_OF_TWO_PI


@compiled
def quantile(share: float) -> float:
    """Return the standard normal number below which a share of all lies, of one number (for compiled loops)."""
    if not 0.0 < share < 1.0:
        return -math.inf if share == 0.0 else math.inf if share == 1.0 else math.nan
    if TAIL < share <= 1.0 - TAIL:
        return _middle_quantile(share)
    upper = share > 0.5
    distance = math.sqrt(-2.0 * math.log(1.0 - share if upper else share))
    inverse = 1.0 / distance
    if distance < FAR:
        part = inverse * _polynomial(inverse, _TAIL_ABOVE) / _polynomial(inverse, _TAIL_BELOW)
    else:
        part = inverse * _polynomial(inverse, _FAR_TAIL_ABOVE) / _polynomial(inverse, _FAR_TAIL_BELOW)
    found = distance - math.log(distance) / distance - part
    return found if upper else -found


@compiled
def share_below(score: float) -> float:
    """Return the share of all standard normal numbers below a score, of one number (for compiled loops)."""
    x = score * ROOT_OF_HALF
    distance = abs(x)
    if distance < 1.0:
        square = x * x
        return 0.5 + 0.5 * (x * _polynomial(square, _ERROR_ABOVE) / _polynomial(square, _ERROR_BELOW))
    if not distance < NOTHING_BEYOND:
        return score if score != score else 1.0 if x > 0.0 else 0.0
    density = math.exp(-x * x)
    if distance < FAR:
        part = density * _polynomial(distance, _COMPLEMENT_ABOVE) / _polynomial(distance, _COMPLEMENT_BELOW)
    else:
        part = density * _polynomial(distance, _FAR_COMPLEMENT_ABOVE) / _polynomial(distance, _FAR_COMPLEMENT_BELOW)
    return 1.0 - 0.5 * part if x > 0.0 else 0.5 * part


@compiled
def fill_quantiles(shares: FloatArray, found: FloatArray) -> None:
    """Write the quantile of each share, shapes (n,).

    A processor guesses badly which share lies in a tail, one in four. So all are taken for the middle first, in a loop
    without a branch, and those of the tails are listed and then written again.
    """
    tails, count = np.empty(shares.size, dtype=np.int64), 0
    for row in range(shares.size):
        found[row] = _middle_quantile(shares[row])
    for row in range(shares.size):
        tails[count] = row
        count += not TAIL < shares[row] <= 1.0 - TAIL
    for k in range(count):
        found[tails[k]] = quantile(shares[tails[k]])


@compiled
def _fill_shares(scores: FloatArray, found: FloatArray) -> None:
    """Write the share below each score, shapes (n,)."""
    for row in range(scores.size):
        found[row] = share_below(scores[row])
