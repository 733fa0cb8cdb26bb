"""What a model decodes besides artworks: samples, held against artworks.

Samples of the prior and of the aggregate posterior are the first two of the nine tasks that Liu,
Jun, Li and Heer (2019) name for those who map a latent space. They are compared with artworks that
no model was trained on: how sharp they are, how near the nearest artwork of the training split
lies, and whether a classifier tells them from artworks (Lopez-Paz and Oquab 2017). Artworks of the
training split stand beside them, since networks know these better than others.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Float64, Int, UInt8
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from stylewalk.latent_space.encoding import decode, reconstruct_floats
from stylewalk.latent_space.reconstruction import energies
from stylewalk.randomness import derived_seed, generator

HELD_OUT, TRAINING, RECONSTRUCTION = "held out", "training", "reconstruction"
PRIOR, GAUSSIAN, POSTERIOR = "prior", "gaussian", "posterior"
MOST = 256  # of each kind
FEWEST = 20  # held-out artworks of each half
_RESAMPLES = 500
_FOLDS = 5
_Pictures = Float[np.ndarray, "pictures side side 3"]
Features = Callable[[_Pictures], Float32[np.ndarray, "pictures features"]]


def draws(
    model: Any,
    images: UInt8[np.ndarray, "training side side 3"],
    latents: Float[np.ndarray, "training dimensions"],
    count: int,
    seed: int,
) -> tuple[dict[str, Float32[np.ndarray, "{count} dimensions"]], Int[np.ndarray, " {count}"]]:
    """Latents that are no artwork's, by where they come from.

    Args:
        model: of a family of :mod:`stylewalk.models`. One that was trained towards a prior has
            ``sample_prior(count, generator)``, one whose encoder is random
            ``sample_posterior(images, generator)``.
        images: of the training split; latents: of the same artworks.
        count: of each.
        seed: of the draws.

    Returns:
        ``prior`` where there is one; ``gaussian``, of the mean and covariance of the latents, a
        prior that every model has afterwards (Ghosh et al. 2020); ``posterior``, of artworks drawn
        at random: their latents themselves where the encoder is not random. And the places of these
        artworks among those of the training split.
    """
    drawn = {}
    if hasattr(model, "sample_prior"):
        draw = torch.Generator().manual_seed(derived_seed(seed, "samples", PRIOR))
        with torch.inference_mode():
            drawn[PRIOR] = model.to("cpu").sample_prior(count, draw).numpy()
    rng = generator(seed, "samples", GAUSSIAN)
    centre = latents.mean(axis=0, dtype=np.float64)
    # As a sum of centred latents with random weights: its covariance is theirs, singular or not.
    weights = rng.normal(size=(count, len(latents))) / np.sqrt(max(len(latents) - 1, 1))
    drawn[GAUSSIAN] = (centre + weights @ (latents - centre)).astype(np.float32)
    rng = generator(seed, "samples", POSTERIOR)
    chosen = rng.choice(len(latents), count, replace=count > len(latents))
    drawn[POSTERIOR] = latents[chosen].astype(np.float32)
    if hasattr(model, "sample_posterior"):
        draw = torch.Generator().manual_seed(derived_seed(seed, "samples", POSTERIOR))
        pictures = torch.from_numpy(np.asarray(images[chosen])).permute(0, 3, 1, 2).float() / 255
        with torch.inference_mode():
            drawn[POSTERIOR] = model.to("cpu").eval().sample_posterior(pictures, draw).numpy()
    return drawn, chosen


def halves(
    validation: Int[np.ndarray, " validation"], groups: Int[np.ndarray, " artworks"], seed: int
) -> tuple[Int[np.ndarray, " first"], Int[np.ndarray, " second"]]:
    """Rows of held-out artworks: those that are compared, and those that they are compared with.

    Args:
        validation: rows of the split.
        groups: of all artworks; what shows the same is in one half.
        seed: of the draw.
    """
    rng = generator(seed, "samples", "halves")
    names = rng.permutation(np.unique(groups[validation]))
    is_first = np.isin(groups[validation], names[: len(names) // 2])
    mine, theirs = (rng.permutation(validation[x]) for x in (is_first, ~is_first))
    size = min(len(mine), len(theirs), MOST)
    return np.sort(mine[:size]), np.sort(theirs[:size])


def compare(
    model: Any,
    images: UInt8[np.ndarray, "artworks side side 3"],
    latents: Float[np.ndarray, "artworks dimensions"],
    splits: tuple[Int[np.ndarray, " training"], Int[np.ndarray, " validation"]],
    groups: Int[np.ndarray, " artworks"],
    features: Features | None,
    seed: int,
    device: torch.device | str = "cpu",
) -> tuple[list[dict[str, Any]], dict[str, _Pictures]]:
    """Measures of all kinds of samples of one model, and some of them to look at.

    Args:
        model: the model.
        images: (N, S, S, 3) of all artworks; latents: (N, d) of the same.
        splits: rows of training and validation.
        groups: the same number for artworks that show the same.
        features: of pictures on a 0..255 scale, by a network that knows the study's classes.
        seed: of the draws.
        device: where to decode.

    Returns:
        Rows with of, measure, value, low, high, n, which are none where fewer than forty artworks
        are held out; and by kind, the pictures that were measured.
    """
    training, validation = splits
    mine, theirs = halves(validation, groups, seed)
    if len(theirs) < FEWEST or not len(training):
        return [], {}
    known = np.asarray(images[training])
    shown: dict[str, _Pictures] = {
        HELD_OUT: np.asarray(images[mine], np.float32),
        RECONSTRUCTION: reconstruct_floats(model, np.asarray(images[mine]), device),
    }
    drawn, chosen = draws(model, known, latents[training], len(theirs), seed)
    shown[TRAINING] = known[chosen].astype(np.float32)
    for of, points in drawn.items():
        shown[of] = decode(model, points, device)
    reference = np.asarray(images[theirs], np.float32)
    # An artwork that a picture was made of is not its neighbour.
    made_of = {TRAINING: chosen, POSTERIOR: chosen}
    rows = [
        {"of": of, **row}
        for of, pictures in shown.items()
        for row in _measures(pictures, reference, known, made_of.get(of), features, seed)
    ]
    return rows, shown


def _measures(
    pictures: _Pictures,
    reference: _Pictures,
    known: UInt8[np.ndarray, "training side side 3"],
    made_of: Int[np.ndarray, " pictures"] | None,
    features: Features | None,
    seed: int,
) -> Iterator[dict[str, Any]]:
    rng = generator(seed, "samples", "bootstrap")

    def gradients(shown: _Pictures) -> Float64[np.ndarray, " pictures"]:
        energy: np.ndarray = energies(shown.astype(np.float64))[:, 0]
        return energy

    values: list[tuple[str, np.ndarray, np.ndarray]] = [
        ("sharpness", gradients(pictures), gradients(reference)),
        ("nearest", nearest(pictures, known, made_of), nearest(reference, known)),
    ]
    for measure, mine, theirs in values:
        low, high = _ratio_interval(mine, theirs, rng)
        ratio = float(mine.mean() / theirs.mean()) if theirs.mean() > 0 else np.nan
        yield {"measure": measure, "value": ratio, "low": low, "high": high, "n": len(mine)}
    if features is not None:
        auc, low, high = told_apart(features(pictures), features(reference), seed)
        yield {"measure": "told_apart", "value": auc, "low": low, "high": high, "n": len(pictures)}


def nearest(
    pictures: _Pictures,
    known: UInt8[np.ndarray, "training side side 3"],
    made_of: Int[np.ndarray, " pictures"] | None = None,
) -> Float64[np.ndarray, " pictures"]:
    """Root of the mean squared difference to the nearest known picture, pixels in 0..1.

    Args:
        pictures: on a 0..255 scale; known: those that may be near.
        made_of: places of known pictures that do not count, one for each picture.
    """
    flat = pictures.reshape(len(pictures), -1).astype(np.float64) / 255
    others = known.reshape(len(known), -1).astype(np.float64) / 255
    squares = (others**2).sum(axis=1) + (flat**2).sum(axis=1)[:, None] - 2 * flat @ others.T
    if made_of is not None:
        squares[np.arange(len(flat)), made_of] = np.inf
    distances: np.ndarray = np.sqrt(np.maximum(squares.min(axis=1), 0) / flat.shape[1])
    return distances


def told_apart(
    samples: Float[np.ndarray, "samples features"],
    artworks: Float[np.ndarray, "artworks features"],
    seed: int,
) -> tuple[float, float, float]:
    """How well a classifier tells samples from artworks: area under its curve, and 95 % interval.

    A logistic regression on standardised features, judged on folds that it was not fitted on; .5
    is chance. The interval is a bootstrap over pictures, given the fits.
    """
    both = np.concatenate([samples, artworks])
    of = np.repeat([1, 0], [len(samples), len(artworks)])
    folds = StratifiedKFold(
        _FOLDS, shuffle=True, random_state=derived_seed(seed, "samples", "folds") % 2**32
    )
    probe = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    scores = cross_val_predict(probe, both, of, cv=folds, method="decision_function")
    rng = generator(seed, "samples", "told apart")
    return auc_with_interval(scores, of == 1, np.arange(len(of)), rng)


def auc_with_interval(
    scores: Float[np.ndarray, " pictures"],
    positive: Bool[np.ndarray, " pictures"],
    groups: Int[np.ndarray, " pictures"],
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Area under the curve, and its 95 % bootstrap interval over groups of pictures.

    Args:
        scores: higher for what should be positive.
        positive: what is; both kinds have to be there.
        groups: pictures of one number are drawn together.
        rng: of the bootstrap.
    """
    weights = np.vstack([np.ones(len(scores)), resampled(groups, rng, _RESAMPLES)])
    aucs = areas(scores, positive, weights)
    # A sample without one of the sides has no area.
    low, high = np.nanquantile(aucs[1:], [0.025, 0.975])
    return float(aucs[0]), float(low), float(high)


def areas(
    scores: Float[np.ndarray, " pictures"],
    positive: Bool[np.ndarray, " pictures"],
    weights: Float64[np.ndarray, "samples pictures"],
) -> Float64[np.ndarray, " samples"]:
    """The area under the curve for each of many weightings; NaN where a side has no weight.

    scikit-learn's takes one weighting at a time, a hundred times as long for a bootstrap.
    """
    order = np.argsort(scores, kind="stable")
    _, starts = np.unique(scores[order], return_index=True)
    sides = [
        np.add.reduceat(np.where(side[order], weights[:, order], 0.0), starts, axis=1)
        for side in (positive, ~positive)
    ]
    # Of two equal scores half counts as right.
    below = np.cumsum(sides[1], axis=1) - sides[1] / 2
    whole = sides[0].sum(axis=1) * sides[1].sum(axis=1)
    right = (sides[0] * below).sum(axis=1)
    aucs: np.ndarray = np.where(whole > 0, right / np.where(whole > 0, whole, 1), np.nan)
    return aucs


def resampled(
    groups: Int[np.ndarray, " pictures"], rng: np.random.Generator, times: int
) -> Float64[np.ndarray, "{times} pictures"]:
    """How often each picture is in bootstrap samples of groups."""
    _, codes = np.unique(groups, return_inverse=True)
    count = int(codes.max()) + 1
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=times)
    weights: np.ndarray = drawn[:, codes].astype(np.float64)
    return weights


def _ratio_interval(
    mine: Float64[np.ndarray, " mine"],
    theirs: Float64[np.ndarray, " theirs"],
    rng: np.random.Generator,
) -> tuple[float, float]:
    """95 % bootstrap interval of a ratio of means, over the pictures of both sides."""
    means = [rng.choice(x, (_RESAMPLES, len(x))).mean(axis=1) for x in (mine, theirs)]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = means[0] / means[1]
    ratios = ratios[np.isfinite(ratios)]
    low, high = np.quantile(ratios, [0.025, 0.975]) if len(ratios) else (np.nan, np.nan)
    return float(low), float(high)
