"""A later edition of the observed figures of internet use: what is known of the past is itself uncertain.

The ITU and the World Bank revise backwards, recent years most. An imagined edition moves each economy's observed use
by one draw of its own, in full from its last observation on and by less the longer ago a year is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..basis.units import FloatArray, KeyArray, bounded_logit, expit
from ..data import FIRST_YEAR, ReferenceWorld
from ..processes.adoption_parameters import AdoptionParameters
from ..state.parameters import Values
from ..state.randomness import Streams


def revised(reference: ReferenceWorld, seed: int, edition: int, keys: KeyArray, values: Values) -> ReferenceWorld:
    """Return the reference world as a later edition may have it; all but the path of internet use stays.

    Args:
        reference: the world as published.
        seed: of the luck of revisions.
        edition: number of the edition; the same one has the same revisions in every run.
        keys: the economies' identities, shape (C,).
        values: with `adoption.revision_spread` and `adoption.revision_years`.
    """
    p = AdoptionParameters.of(values)
    draws = Streams(seed, edition).normal("revision", 0, keys)
    path = reference.use_path
    use = expit(path)
    years = FIRST_YEAR + np.arange(path.shape[0])[:, None]
    reach = np.clip(1.0 - (reference.observed_until[None, :] - years) / p.revision_years, 0.0, 1.0)
    moved = use + p.revision_spread * 4.0 * use * (1.0 - use) * reach * draws[None, :]
    later: FloatArray = np.where(np.isfinite(path), bounded_logit(moved), path)
    return replace(reference, use_path=np.where(reach > 0.0, later, path))
