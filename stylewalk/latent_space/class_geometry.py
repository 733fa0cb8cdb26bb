"""Classes inside a latent space: how far they lie, where they point, how wide they are.

Each measure comes beside what chance gives, without which it has no meaning: the offset of a
centroid grows as 1 / sqrt(n), angles in many dimensions lie near 90 degrees, and the leading
shares of a small set are larger than those of a large one.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from scipy.linalg import eigvalsh
from scipy.sparse.linalg import eigsh

from stylewalk.errors import StylewalkError
from stylewalk.labels import Labels
from stylewalk.latent_space.geometry import check_latents
from stylewalk.latent_space.principal_directions import (
    acute_angles,
    angle_interval,
    leading_components,
)
from stylewalk.randomness import generator

_BLOCK = 512  # rows of a block of distances: 512 x 512 float64 are 2 MiB
_DIMENSIONS = 128  # dimensions at a time: 10,000 rows of them in float64 are 10 MiB
_DENSE = 1000  # up to this many rows or dimensions a full decomposition is quick
_ACTIVE = 0.01  # variance above which a dimension is active (Burda et al. 2016)


def class_offsets(
    latents: Float[np.ndarray, "artworks dimensions"],
    classes: Labels,
    order: Sequence[str] | None = None,
    seed: int = 0,
    permutations: int = 200,
    within: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Distance of the centroid of each class from the centroid of all data.

    The null permutes the labels: a class of n rows drawn at random is also off the centre, by
    an amount that shrinks as 1 / sqrt(n).

    Args:
        latents: (n, d) latents.
        classes: (n,) class of each row.
        order: classes in the order of the rows; by default, that of first appearance.
        seed: seed of the permutations.
        permutations: how many permutations of the labels.
        within: what :func:`mean_distances` gives for the same rows; None computes it.

    Returns:
        Columns class; l1 and l2, the distance as the sum of absolute differences and as the
        Euclidean one, in units of the latents; null_l1 and null_l2, their means over
        permutations; p_l1, the share of permutations with at least the offset l1, the data's own
        counted among them (Phipson and Smyth 2010); relative_l1 and relative_l2, the distance over
        that of :func:`mean_distances`, NaN where that is 0 or undefined.

    Raises:
        StylewalkError: the latents are no matrix of finite numbers, or labels are missing.
    """
    latents, labels, names = _checked(latents, classes, order)
    codes = pd.Index(names).get_indexer(labels)
    rng = generator(seed, "class_offsets")
    draws = np.stack([codes, *(rng.permutation(codes) for _ in range(permutations))])
    members = (draws[:, None, :] == np.arange(len(names))[:, None]).reshape(-1, len(latents))
    l1, l2 = (x.reshape(-1, len(names)) for x in _centroid_offsets(latents, members))
    # Sums in another order differ by rounding: a permutation that ties counts as one that ties.
    rounding = 1e-9 * l1[0] + 1e-12 * np.abs(latents).sum(axis=1, dtype=np.float64).mean()
    reached = (l1[1:] >= l1[0] - rounding).sum(axis=0)
    within = mean_distances(latents, labels, names) if within is None else within
    return pd.DataFrame(
        {
            "class": names,
            "l1": l1[0],
            "l2": l2[0],
            "null_l1": l1[1:].mean(axis=0) if permutations else np.nan,
            "null_l2": l2[1:].mean(axis=0) if permutations else np.nan,
            "p_l1": (reached + 1) / (permutations + 1),
            "relative_l1": l1[0] / within["l1"].where(within["l1"] > 0),
            "relative_l2": l2[0] / within["l2"].where(within["l2"] > 0),
        }
    )


def _centroid_offsets(
    latents: Float[np.ndarray, "artworks dimensions"], members: Bool[np.ndarray, "groups artworks"]
) -> tuple[Float[np.ndarray, " groups"], Float[np.ndarray, " groups"]]:
    """L1 and L2 distance from the centroid of each (n,) row of members to that of all data."""
    counts = members.sum(axis=1, keepdims=True)
    weights = members.astype(np.float64)
    l1, squares = np.zeros(len(members)), np.zeros(len(members))
    for part in _columns(latents):
        offsets = weights @ (part - part.mean(axis=0)) / counts
        l1 += np.abs(offsets).sum(axis=1)
        squares += (offsets * offsets).sum(axis=1)
    return l1, np.sqrt(squares)


def first_component_angles(
    latents: Float[np.ndarray, "artworks dimensions"],
    classes: Labels,
    order: Sequence[str] | None = None,
    seed: int = 0,
    resamples: int = 200,
) -> pd.DataFrame:
    """Acute angle between the first principal component of each class and that of all data.

    An angle near 90 degrees is what chance gives in many dimensions: the mean angle between two
    random directions is about 90 - 46 / sqrt(d) degrees, 87.1 at d = 256 and 89.3 at 4,096. A small
    angle says that the two agree; a large one does not say that they differ, since a component
    that is hardly longer than the next one is itself a matter of chance: see the interval.

    Args:
        latents: (n, d) latents.
        classes: (n,) class of each row.
        order: classes in the order of the rows; by default, that of first appearance.
        seed: seed of the bootstrap.
        resamples: resamples of the bootstrap.

    Returns:
        Columns class, degrees (0 to 90), low and high (95 % bootstrap interval in degrees). NaN
        where a class has no variance.

    Raises:
        StylewalkError: the latents are no matrix of finite numbers, or labels are missing.
    """
    latents, labels, names = _checked(latents, classes, order)
    # ASSUME: rows are drawn within their class, and all data are the union of these draws, because
    # a study selects its artworks by class, and a class and all data share its rows.
    weights = np.empty((resamples, len(latents)), np.float32)
    for name in pd.unique(labels):
        rows = np.flatnonzero(labels == name)
        rng = generator(seed, "first_component_angles", name)
        even = np.full(len(rows), 1 / len(rows))
        weights[:, rows] = rng.multinomial(len(rows), even, size=resamples)
    everything, resampled = leading_components(latents, weights, seed)
    table = []
    for name in names:
        rows = labels == name
        own, own_resampled = leading_components(latents[rows], weights[:, rows], seed)
        degrees = float(acute_angles(own, everything))
        angles = acute_angles(own_resampled, resampled)
        table.append((name, degrees, *angle_interval(degrees, angles)))
    return pd.DataFrame(table, columns=["class", "degrees", "low", "high"])


def mean_distances(
    latents: Float[np.ndarray, "artworks dimensions"],
    classes: Labels,
    order: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Mean distance between two distinct samples of each class, over all pairs, exactly.

    Args:
        latents: (n, d) latents.
        classes: (n,) class of each row.
        order: classes in the order of the rows; by default, that of first appearance.

    Returns:
        Columns class, l1 (sum of absolute differences) and l2 (Euclidean), in units of the
        latents. NaN for a class of a single sample.

    Raises:
        StylewalkError: the latents are no matrix of finite numbers, or labels are missing.
    """
    latents, labels, names = _checked(latents, classes, order)
    parts = [latents[labels == name] for name in names]
    table = [(name, _mean_l1(x), _mean_l2(x)) for name, x in zip(names, parts, strict=True)]
    return pd.DataFrame(table, columns=["class", "l1", "l2"])


def _mean_l1(rows: np.ndarray) -> float:
    """Mean L1 distance: over sorted values, sum_(i<j) x_j - x_i = sum_i (2 i - n - 1) x_i."""
    n = len(rows)
    if n < 2:
        return np.nan
    ranks = 2 * np.arange(1, n + 1) - n - 1.0
    total = sum((np.sort(part.T.copy(), axis=1) @ ranks).sum() for part in _columns(rows))
    return float(total * 2 / (n * (n - 1)))


def _mean_l2(rows: np.ndarray) -> float:
    """Mean Euclidean distance, by blocks of products in float64 of centred rows."""
    n = len(rows)
    if n < 2:
        return np.nan
    rows = rows.astype(np.float64)
    rows -= rows.mean(axis=0)
    norms = (rows * rows).sum(axis=1)
    total = 0.0
    for start in range(0, n, _BLOCK):
        part = slice(start, start + _BLOCK)
        squared = norms[part, None] + norms[start:] - 2 * (rows[part] @ rows[start:].T)
        # The upper triangle: each pair once, and no row with itself.
        total += np.triu(np.sqrt(np.maximum(squared, 0)), 1).sum()
    return float(total * 2 / (n * (n - 1)))


def null_spectra(
    latents: Float[np.ndarray, "artworks dimensions"],
    classes: Labels,
    components: int = 10,
    draws: int = 20,
    seed: int = 0,
    order: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Variance shares of random subsets of all data, each as large as a class.

    A class's own spectrum (:func:`stylewalk.latent_space.geometry.pca_variance`) is judged beside
    them, because a small set has larger leading shares than a large one.

    Args:
        latents: (n, d) latents.
        classes: (n,) class of each row.
        components: how many components; fewer are given where the class's size - 1 or d is less.
        draws: subsets for each class, drawn without replacement.
        seed: seed of the draws; classes of one size have the same subsets.
        order: classes in the order of the rows; by default, that of first appearance.

    Returns:
        Columns class, component (from 1), share (mean over draws, 0 to 1), low and high (the
        range of 95 % of draws; of 20 draws, nearly the least and the largest).

    Raises:
        StylewalkError: the latents are no matrix of finite numbers, or labels are missing.
    """
    latents, labels, names = _checked(latents, classes, order)
    sizes = {name: int((labels == name).sum()) for name in names}
    spectra = {}
    for size in set(sizes.values()):
        rng = generator(seed, "null_spectra", size)
        chosen = (np.sort(rng.choice(len(latents), size, replace=False)) for _ in range(draws))
        shares = np.stack([_shares(latents[rows], components) for rows in chosen])
        low, high = np.quantile(shares, [0.025, 0.975], axis=0)
        spectra[size] = list(zip(shares.mean(axis=0), low, high, strict=True))
    return pd.DataFrame(
        [(k, c, *row) for k, n in sizes.items() for c, row in enumerate(spectra[n], start=1)],
        columns=["class", "component", "share", "low", "high"],
    )


def _shares(rows: np.ndarray, components: int) -> np.ndarray:
    """Shares of the leading components, largest first, from the smaller of the two products."""
    n, d = rows.shape
    count = min(components, max(n - 1, 1), d)
    if not np.ptp(rows, axis=0).any():
        return np.zeros(count)
    rows = rows - rows.mean(axis=0, dtype=np.float64)
    product = rows @ rows.T if n < d else rows.T @ rows
    size = len(product)
    if size <= _DENSE or count >= size:
        values = eigvalsh(product, subset_by_index=(size - count, size - 1))
    else:
        start = np.random.default_rng(0).standard_normal(size)
        values = eigsh(product, count, which="LA", v0=start, return_eigenvectors=False)
    shares: np.ndarray = np.clip(np.sort(values)[::-1] / np.trace(product), 0, 1)
    return shares


def posterior_use(latents: Float[np.ndarray, "artworks dimensions"]) -> pd.DataFrame:
    """How much of its latent space a model uses, and how near its codes are to N(0, I).

    Args:
        latents: (n, d) latents; of a variational model, the means of the posteriors.

    Returns:
        One row: dimensions; active (dimensions whose variance over artworks is above 0.01: Burda
        et al. 2016); effective (see :func:`effective_dimensions`); sd_min and sd_max (smallest and
        largest standard deviation of a dimension); norm_mean and norm_sd (of the norm over sqrt(d);
        for N(0, I) 1 and 1 / sqrt(2 d)); kurtosis (mean excess kurtosis of dimensions that vary, 0
        for a normal distribution, NaN if none varies); gaussian_first_share (first share of n draws
        of N(0, I), (1 + sqrt(d / n))^2 / d: Marchenko and Pastur 1967).

    Raises:
        StylewalkError: the latents are no matrix of finite numbers, or empty.
    """
    latents, _, _ = _checked(latents, [""] * len(latents), [])
    n, d = latents.shape
    squares, variance, kurtosis = np.zeros(n), np.empty(0), np.empty(0)
    for part in _columns(latents):
        squares += (part * part).sum(axis=1)
        centred = part - part.mean(axis=0)
        second = (centred**2).mean(axis=0)
        varies = np.ptp(part, axis=0) > 0
        fourth = ((centred[:, varies] / np.sqrt(second[varies])) ** 4).mean(axis=0)
        variance, kurtosis = np.append(variance, second), np.append(kurtosis, fourth - 3)
    norms = np.sqrt(squares / d)
    use = {
        "dimensions": d,
        "active": int((variance > _ACTIVE).sum()),
        "effective": effective_dimensions(latents),
        "sd_min": np.sqrt(variance.min()),
        "sd_max": np.sqrt(variance.max()),
        "norm_mean": norms.mean(),
        "norm_sd": norms.std(),
        "kurtosis": kurtosis.mean() if len(kurtosis) else np.nan,
        "gaussian_first_share": (1 + np.sqrt(d / n)) ** 2 / d,
    }
    return pd.DataFrame([use])


def effective_dimensions(latents: Float[np.ndarray, "artworks dimensions"]) -> float:
    """The participation ratio of the latents' principal components.

    Of the eigenvalues l of their covariance ``(sum l)^2 / sum l^2`` (Gao et al. 2017): k where k
    components have the same variance and the others none. Rotations and the scale of the latents
    leave it as it is, unlike a count of the dimensions whose variance is above a threshold. NaN
    where nothing varies.
    """
    parts = [part - part.mean(axis=0) for part in _columns(latents)]
    trace = sum(float((part**2).sum()) for part in parts)
    squares = 0.0  # of the covariance's entries: as their sum over eigenvalues
    for i, part in enumerate(parts):
        for j, other in enumerate(parts[: i + 1]):
            squares += float(((part.T @ other) ** 2).sum()) * (1 if i == j else 2)
    return trace**2 / squares if squares > 0 else np.nan


def _checked(
    latents: np.ndarray, classes: Labels, order: Sequence[str] | None
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The latents, the (n,) labels and the classes, in order, that have rows."""
    latents = check_latents(latents)
    labels = np.asarray(classes, dtype=object)
    if labels.shape != (len(latents),) or not len(latents):
        raise StylewalkError(
            f"There are {len(latents)} latents and {len(labels)} classes; expected one class for "
            "each latent, and at least one latent."
        )
    present = list(pd.unique(labels))
    return latents, labels, present if order is None else [c for c in order if c in present]


def _columns(latents: np.ndarray) -> Iterator[np.ndarray]:
    """The latents in float64, a few dimensions at a time, so that large ones fit the memory."""
    for start in range(0, latents.shape[1], _DIMENSIONS):
        yield latents[:, start : start + _DIMENSIONS].astype(np.float64)
