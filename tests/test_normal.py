"""The normal distribution and its quantiles are those of scipy, and each the inverse of the other."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from afteraid.simulation.basis.normal import normal_distribution, normal_quantile, quantile, share_below

EDGE = np.exp(-2.0)


def ulps(found: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference in units of the last place."""
    return float(np.max(np.abs(found - expected) / np.spacing(np.abs(expected)), initial=0.0))


def test_quantiles_are_those_of_scipy_over_the_whole_range() -> None:
    rng = np.random.default_rng(1)
    shares = np.concatenate(
        [rng.random(20_000), 10.0 ** -(300 * rng.random(5_000)), 1.0 - 10.0 ** -(15 * rng.random(5_000))]
    )
    assert ulps(normal_quantile(shares), ndtri(shares)) <= 1.0
    near = np.array([EDGE, 1.0 - EDGE, np.exp(-32.0), 0.5])
    near = np.concatenate([near, np.nextafter(near, 0.0), np.nextafter(near, 1.0)])
    assert ulps(normal_quantile(near), ndtri(near)) <= 1.0


def test_shares_are_those_of_scipy_over_the_whole_range() -> None:
    rng = np.random.default_rng(2)
    scores = np.concatenate(
        [rng.normal(size=20_000), rng.uniform(-37.0, 37.0, 10_000), [2**0.5, -(2**0.5), 8 * 2**0.5]]
    )
    assert ulps(normal_distribution(scores), ndtr(scores)) <= 1.0


def test_limits_and_what_is_outside() -> None:
    np.testing.assert_array_equal(normal_quantile([0.0, 0.5, 1.0]), [-np.inf, 0.0, np.inf])
    assert np.isnan(normal_quantile([-0.1, 1.1, np.nan])).all()
    np.testing.assert_array_equal(normal_distribution([-np.inf, -100.0, 0.0, 100.0, np.inf]), [0.0, 0.0, 0.5, 1.0, 1.0])
    assert np.isnan(normal_distribution(np.nan))


def test_one_is_the_inverse_of_the_other_and_both_are_symmetric() -> None:
    scores = np.linspace(-5.0, 5.0, 201)
    np.testing.assert_allclose(normal_quantile(normal_distribution(scores)), scores, atol=1e-9)
    np.testing.assert_allclose(normal_distribution(scores) + normal_distribution(-scores), 1.0, rtol=1e-15)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 1, 4)])
def test_the_shape_is_kept_and_single_numbers_give_the_same(shape: tuple[int, ...]) -> None:
    shares = np.random.default_rng(3).random(shape)
    assert normal_quantile(shares).shape == normal_distribution(shares).shape == shape
    for share in shares.ravel():
        assert quantile(share) == normal_quantile(share) and share_below(share) == normal_distribution(share)
