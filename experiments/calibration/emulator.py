"""A quick stand-in for the simulation: a Gaussian process for each output, with the noise that luck leaves.

scikit-learn fits it (extra `calibration`). Inputs are shares of the prior, 0 to 1; outputs are any real numbers. The
same data give the same process: restarts are seeded, and linear algebra is held to one thread, so that sums are taken
in one order.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from afteraid.simulation.basis.errors import InputError
from afteraid.simulation.basis.units import FloatArray

RESTARTS, SEED = 2, 1
SHORTEST, LONGEST = 0.1, 50.0  # of the length over which an output changes, in ranges of an input
SIZES, NOISES = (1e-2, 1e3), (1e-6, 2.0)  # of the variance of an output, and of its luck
CLOSE = 1.01  # a factor: nearer to a bound than this is at the bound


@dataclass(frozen=True)
class Prediction:
    """What an emulator expects: mean and variance of the mean, and the variance of luck. Shapes (n, outputs)."""

    mean: FloatArray
    variance: FloatArray
    luck: FloatArray


class Emulator:
    """Gaussian processes of several outputs on the same inputs (Rasmussen and Williams 2006, chapter 2)."""

    def __init__(self, inputs: FloatArray, outputs: FloatArray) -> None:
        """Fit one process to each output.

        Args:
            inputs: shape (n, parameters), each from 0 to 1.
            outputs: shape (n, outputs).

        Raises:
            InputError: scikit-learn isn't installed.
        """
        kernels, limits = _library()
        self._scale = outputs.std(axis=0)
        self._centre = outputs.mean(axis=0)
        self._processes: list[Any] = []
        self._noise = np.empty(outputs.shape[1])
        for column in range(outputs.shape[1]):
            kernel = kernels.ConstantKernel(1.0, SIZES) * kernels.RBF(
                np.full(inputs.shape[1], 2.0), (SHORTEST, LONGEST)
            ) + kernels.WhiteKernel(0.05, NOISES)
            process = limits.regressor(kernel=kernel, n_restarts_optimizer=RESTARTS, random_state=SEED)
            with limits.one_thread(), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a length at its bound: the input doesn't matter, which is no fault
                process.fit(inputs, (outputs[:, column] - self._centre[column]) / self._scale[column])
            self._noise[column] = process.kernel_.k2.noise_level
            self._processes.append(process)
        self._one_thread = limits.one_thread

    @property
    def at_bounds(self) -> list[tuple[int, str, float]]:
        """Return what ended at a bound of the fit: output, what, and the bound.

        A longest length is left out: the input doesn't matter, which is no fault.
        """
        found = []
        for output, process in enumerate(self._processes):
            kernel = process.kernel_
            numbers = [("the shortest length", length, SHORTEST) for length in np.ravel(kernel.k1.k2.length_scale)]
            numbers += [("the variance", kernel.k1.k1.constant_value, bound) for bound in SIZES]
            numbers += [("the variance between runs", kernel.k2.noise_level, bound) for bound in NOISES]
            for what, value, bound in numbers:
                if 1.0 / CLOSE < value / bound < CLOSE and (output, what, bound) not in found:
                    found.append((output, what, bound))
        return found

    def predict(self, inputs: FloatArray) -> Prediction:
        """Return what is expected at some inputs, shape (n, parameters)."""
        means, spreads = [], []
        with self._one_thread():
            for process in self._processes:
                mean, spread = process.predict(inputs, return_std=True)
                means.append(mean)
                spreads.append(spread)
        mean = np.stack(means, axis=1) * self._scale + self._centre
        luck = self._noise * self._scale**2
        variance = np.maximum(np.stack(spreads, axis=1) ** 2 * self._scale**2 - luck, 0.0)
        return Prediction(mean, variance, np.broadcast_to(luck, mean.shape))


@dataclass(frozen=True)
class _Tools:
    regressor: Any
    one_thread: Any


def _library() -> tuple[Any, _Tools]:
    """Import scikit-learn, or say how to get it."""
    try:
        from sklearn.gaussian_process import GaussianProcessRegressor, kernels
        from threadpoolctl import threadpool_limits
    except ImportError:
        raise InputError("an emulator needs scikit-learn", expected="pip install 'afteraid[calibration]'") from None
    return kernels, _Tools(GaussianProcessRegressor, lambda: threadpool_limits(limits=1))
