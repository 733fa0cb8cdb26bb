"""What a latent space holds of the class and of what is shown, where contents cross the classes.

Where every content is drawn in every class, such as emoji by several hands, the variance of each
latent dimension splits into what the class explains, what the content does, and the rest. And a
linear probe says whether class and kind of content can be read from latents of contents on which
neither the model nor the probe was trained.
"""

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float
from scipy import stats

from stylewalk.catalogue.latent_space import ALL_DIMENSIONS, CONTENT_PROBES, LATENT_FACTORS
from stylewalk.latent_space.agreement import linear_probe
from stylewalk.latent_space.geometry import check_latents
from stylewalk.randomness import generator

_BOOTSTRAP = 300
_GROUPS = 50  # of contents in the order of their names: twins by name are left out together
_FEWEST = 5  # contents, below which nothing is said


def factors(
    latents: Float[np.ndarray, "artworks dimensions"], artworks: pd.DataFrame
) -> pd.DataFrame:
    """Split the variance of each latent dimension into class, content and the rest.

    Two-way analysis of variance with one artwork of every content in every class; components of
    variance by the method of moments (Searle, Casella and McCulloch 1992, section 4.6), since the
    plain share of a factor of many levels is large by chance. What is negative is taken for 0, of
    all dimensions together only after their sum. Intervals leave out
    one content at a time, of many a fiftieth (a jackknife): drawing them with replacement would
    count the rest twice. They are of these classes.

    Args:
        latents: (n, d) latents.
        artworks: class, content and split of each.

    Returns:
        Columns of LATENT_FACTORS without model and seed: a row for each dimension, and first one
        of all together, dimension -1, with its intervals. Of validation artworks of contents that
        are not in training where at least five of these are in all classes, else of all artworks;
        none where these have not.
    """
    latents = check_latents(latents).astype(np.float64)
    split, cells = _crossed(artworks)
    if cells is None:
        return pd.DataFrame(columns=[c for c in LATENT_FACTORS if c not in ("model", "seed")])
    values = latents[cells]  # (contents, classes, d)
    whole = _pooled(values)
    reach = _reach(values)
    components = _components(values)
    total = components.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = np.where(total > 0, components / total, np.nan)
    low, high = np.clip(whole - reach, 0, 1), np.clip(whole + reach, 0, 1)
    rows = [_row(ALL_DIMENSIONS, float(total.sum()), whole, low, high)]
    nothing = np.full(3, np.nan)
    rows += [
        _row(place, float(total[place]), shares[:, place], nothing, nothing)
        for place in range(latents.shape[1])
    ]
    return pd.DataFrame(rows).assign(split=split, contents=len(cells))


def _reach(values: Float[np.ndarray, "contents classes dimensions"]) -> np.ndarray:
    """Half of the 95 % jackknife intervals (3,) of the shares of all dimensions together."""
    groups = np.array_split(np.arange(len(values)), min(len(values), _GROUPS))
    left_out = np.stack([_pooled(np.delete(values, rows, axis=0)) for rows in groups])
    count = len(groups)
    squares = ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0)
    reach: np.ndarray = stats.t.ppf(0.975, count - 1) * np.sqrt((count - 1) / count * squares)
    return reach


def _row(
    dimension: int, variance: float, shares: np.ndarray, low: np.ndarray, high: np.ndarray
) -> dict[str, object]:
    names = ("class_share", "content_share", "rest_share")
    row: dict[str, object] = {"dimension": dimension, "variance": variance}
    for name, share, a, b in zip(names, shares, low, high, strict=True):
        row |= {name: share, f"{name}_low": a, f"{name}_high": b}
    return row


def _crossed(artworks: pd.DataFrame) -> tuple[str, np.ndarray | None]:
    """Rows (contents, classes) of contents with one artwork in every class."""
    classes = artworks["class"].nunique()
    known = artworks[artworks["content"] != ""]
    trained = known.loc[known["split"] == "training", "content"]
    for split, mine in (("validation", known[~known["content"].isin(trained)]), ("any", known)):
        places = mine.assign(place=mine.index).drop_duplicates(["content", "class"])
        table = places.pivot_table(index="content", columns="class", values="place").dropna()
        if len(table) >= _FEWEST and table.shape[1] == classes >= 2:
            return split, table.to_numpy(dtype=np.int64)
    return "", None


def _components(values: Float[np.ndarray, "contents classes dimensions"]) -> np.ndarray:
    """Components of variance (3, d): of classes, of contents, and of the rest."""
    components: np.ndarray = np.maximum(_moments(values), 0)
    return components


def _moments(values: Float[np.ndarray, "contents classes dimensions"]) -> np.ndarray:
    """The same as the method of moments gives them, which may be negative."""
    contents, classes, _ = values.shape
    mean = values.mean(axis=(0, 1))
    by_class, by_content = values.mean(axis=0), values.mean(axis=1)
    rest = values - by_class - by_content[:, None] + mean
    squares = (
        contents * ((by_class - mean) ** 2).sum(axis=0) / (classes - 1),
        classes * ((by_content - mean) ** 2).sum(axis=0) / (contents - 1),
        (rest**2).sum(axis=(0, 1)) / ((contents - 1) * (classes - 1)),
    )
    return np.stack(
        [(squares[0] - squares[2]) / contents, (squares[1] - squares[2]) / classes, squares[2]]
    )


def _pooled(values: Float[np.ndarray, "contents classes dimensions"]) -> np.ndarray:
    """Shares (3,) of all dimensions together."""
    components = np.maximum(_moments(values).sum(axis=1), 0)
    total = components.sum()
    shares: np.ndarray = components / total if total > 0 else np.full(3, np.nan)
    return shares


def probes(
    latents: Float[np.ndarray, "artworks dimensions"], artworks: pd.DataFrame, seed: int
) -> pd.DataFrame:
    """How well class and kind of content are read from latents of contents never trained on.

    A multinomial logistic regression on standardised latents (Alain and Bengio 2016), fitted on
    the training split, of which the model has learnt, too, and scored on validation artworks whose
    content is not in training.

    Args:
        latents: (n, d) latents.
        artworks: class, content, content_group and split of each.
        seed: of the bootstrap over contents.

    Returns:
        Columns of CONTENT_PROBES without model and seed; no rows where fewer than five contents
        are in validation alone.
    """
    latents = check_latents(latents)
    content = artworks["content"].to_numpy(dtype=object)
    training = (artworks["split"] == "training").to_numpy(dtype=bool)
    unseen = ~training & (content != "") & ~np.isin(content.astype(str), content[training])
    rows = [
        row
        for target in ("class", "content_group")
        for row in _probe(latents, artworks[target], content, training, unseen, seed)
    ]
    named = [c for c in CONTENT_PROBES if c not in ("model", "seed")]
    return pd.DataFrame(rows, columns=named)


def _probe(
    latents: np.ndarray,
    target: pd.Series,
    content: np.ndarray,
    training: Bool[np.ndarray, " artworks"],
    unseen: Bool[np.ndarray, " artworks"],
    seed: int,
) -> list[tuple[object, ...]]:
    """The row of one target; none where it cannot be asked."""
    labels = target.to_numpy(dtype=object)
    fit, test = training & (labels != ""), unseen & (labels != "")
    contents, codes = np.unique(content[test].astype(str), return_inverse=True)
    if len(contents) < _FEWEST or len(set(labels[fit])) < 2:
        return []
    names, classes = np.unique(labels[fit].astype(str), return_inverse=True)
    probe = linear_probe(latents[fit].shape, seed).fit(latents[fit], classes)
    right = names[probe.predict(latents[test])] == labels[test]
    often = pd.Series(labels[fit]).value_counts().index[0]
    guessed = labels[test] == often
    counts, hits = np.bincount(codes), np.bincount(codes, weights=right)
    rng = generator(seed, "probes", str(target.name))
    drawn = rng.integers(0, len(counts), (_BOOTSTRAP, len(counts)))
    low, high = np.percentile(hits[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [2.5, 97.5])
    return [(target.name, right.mean(), low, high, guessed.mean(), int(test.sum()), len(contents))]
