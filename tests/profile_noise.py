"""Simulated profiles, of the noise of decoded paintings."""

import numpy as np

# Of five models and 220 random pairs each: the logarithm of the loss varies by 0.5 from trajectory
# to trajectory and by 1 along one, in smooth curves whose correlation falls like a Gaussian of a
# quarter of the trajectory.
LEVEL_SD = 0.5
STEP_SD = 1.0
LENGTH = 0.25


def simulate(trajectories, steps, rng, shape=None):
    """(n, T) log-normal style losses, on average the shape (T,) times one constant."""
    level = rng.normal(scale=LEVEL_SD, size=(trajectories, 1))
    place = np.arange(steps) / steps
    correlation = np.exp(-(((place[:, None] - place) / LENGTH) ** 2) / 2)
    curve = rng.multivariate_normal(
        np.zeros(steps), STEP_SD**2 * correlation, trajectories, method="eigh"
    )
    return (np.ones(steps) if shape is None else np.asarray(shape)) * np.exp(level + curve)
