"""Pictures that are the same, or nearly: one was encoded again, resized or made a little lighter.

Two packed pictures are the same where their pixels are. They are nearly the same where they agree
once both are brought to one brightness and contrast: roughly, on a grid of 16 by 16 mean colours,
which is what coding and resizing leave alone, and in detail, where no spot may stand out. The grid
finds the pairs to look at: it is a perceptual hash whose distance is that of the pictures.

The limits below were chosen on 5,182 paintings, 960 procedural ones, and 6,344 emoji, of which many
differ in a mouth or a colour. Of copies of 120 of each, these were found:

- paintings: 98 to 100 % of JPEG and WebP at quality 30 to 90, GIF, resizing by 0.5 to 3, half the
  size and then JPEG, brightness changed by a tenth, gamma, contrast;
- procedural ones, whose brushwork coding wears off: 95 to 100 % down to JPEG at quality 50, 56 %
  at half the size and then JPEG; emoji: 95 to 100 % and 86 %.

Of all pairs of different ones (13 million, 0.5 million and 20 million), these were taken for the
same: no paintings (the one pair that was found is one painting twice), no procedural ones, though
each motif is painted in several styles, and some 40 pairs of emoji, such as two faces that differ
in a beard. Not found, as a rule: copies with another crop or colour balance, mirrored, or in grey.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int, UInt8

from stylewalk.catalogue.data import ARTWORKS, DUPLICATES, REJECTED
from stylewalk.data.split import SplitBy, split, together
from stylewalk.errors import StylewalkError

Mode = Literal["keep", "drop", "refuse"]
GRID = 16  # mean colours along a side; every image size is a multiple
_TILES = 8  # along a side
# In units of the contrast: the standard deviation over the picture.
_FAR = 0.2  # root mean square over the grid
_FAR_CELL = 0.6  # of the worst of its cells
_FAR_COLOUR = 0.15  # of the means of red, green and blue
_FAR_DETAIL = 1.0  # root mean square over pixels; two pictures without relation come to 1.4
# A tile stands out, as a mouth does that smiles in one of them, where it differs by so much and by
# so many times what all pixels do. What coding does to an edge comes to 3.4 times.
_SPOT, _SPOT_RATIO = 0.35, 3.5
# Other than by contrast: in levels of 255, and as a ratio.
_BRIGHTER, _STARKER = 32.0, 1.25
# Flatter pictures are the same only where all pixels are: what is left in them is noise. In levels.
_FLAT = 4.0

_ROWS = 512  # pictures at a time: looked at from afar, and held against all others
_NUMBERS = 1 << 22  # of pixels that are compared in detail at a time
_NAMED = 5  # groups in an error


@dataclass(frozen=True)
class Settled:
    """What is left of packed pictures when their duplicates are settled.

    Attributes:
        images: (n, S, S, 3) uint8.
        artworks: their ``ARTWORKS``.
        dropped: ``REJECTED`` of those that were left out.
        table: ``DUPLICATES``, of all that were found, the dropped ones too.
    """

    images: UInt8[np.ndarray, "pictures side side 3"]
    artworks: pd.DataFrame
    dropped: pd.DataFrame
    table: pd.DataFrame


def settle(
    images: UInt8[np.ndarray, "pictures side side 3"],
    artworks: pd.DataFrame,
    selected: pd.DataFrame,
    mode: Mode,
    validation_fraction: float,
    seed: int,
    split_by: SplitBy = "artwork",
) -> Settled:
    """Find pictures that are the same or nearly, and keep, drop or refuse them.

    Args:
        images: (N, S, S, 3) uint8, of the artworks.
        artworks: their ``ARTWORKS``, in the order of the metadata.
        selected: ``SELECTED``, among which they all are.
        mode: ``keep`` keeps all, those of a group on one side of the split; ``drop`` keeps the
            first of a group, and none of one in several classes, since its class is unknown;
            ``refuse`` stops where there are any.
        validation_fraction, seed: see :func:`stylewalk.data.split.split`.
        split_by: whose pictures, too, go to one side together.

    Raises:
        StylewalkError: there are duplicates and ``mode`` is refuse, or without them a class has
            fewer than two artworks.
    """
    first = find(images)
    members = np.flatnonzero(np.bincount(first, minlength=len(first))[first] > 1)
    groups = {root: members[first[members] == root] for root in np.unique(first[members]).tolist()}
    if groups and mode == "refuse":
        raise StylewalkError(_refusal(artworks, groups))
    out = dict(_to_drop(images, artworks, groups)) if mode == "drop" else {}
    kept = np.setdiff1d(np.arange(len(images)), list(out))
    left = artworks.iloc[kept].reset_index(drop=True).assign(id=np.arange(len(kept)))
    _check_classes(artworks, left)
    # Those of a group that is left out leave nothing together.
    places = np.full(len(images), -1)
    places[kept] = np.arange(len(kept))
    same = places[first[kept]]
    if split_by != "artwork":
        same = together(same, left[split_by])
    left["split"] = split(left["class"], validation_fraction, seed, same)
    rows = selected.set_index("filename")["row"]
    dropped = artworks.iloc[list(out)].assign(kind="duplicate", reason=list(out.values()))
    dropped["row"] = dropped["filename"].map(rows)
    return Settled(
        images[kept] if out else images,
        left[list(ARTWORKS)],
        dropped[list(REJECTED)],
        _table(images, artworks, left, places, groups),
    )


def _to_drop(
    images: np.ndarray, artworks: pd.DataFrame, groups: dict[int, np.ndarray]
) -> Iterator[tuple[int, str]]:
    """Places of what is left out, with the reason."""
    names, classes = artworks["filename"].to_numpy(), artworks["class"].to_numpy()
    for root, places in groups.items():
        several = list(dict.fromkeys(classes[places]))
        for place in places.tolist():
            other = root if place != root else int(places[1])
            like = "the same picture as" if _difference(images, place, other) == 0 else "much like"
            if len(several) > 1:
                yield place, f"{like} {names[other]}, and in the classes {' and '.join(several)}"
            elif place != root:
                yield place, f"{like} {names[root]}, which is kept"


def _table(
    images: np.ndarray,
    artworks: pd.DataFrame,
    left: pd.DataFrame,
    places: np.ndarray,
    groups: dict[int, np.ndarray],
) -> pd.DataFrame:
    """``DUPLICATES``.

    Args:
        images, artworks: of all.
        left: the artworks that are kept.
        places: of each artwork among those, -1 where it is left out.
        groups: artworks of each group, by its first.
    """
    rows = []
    for number, (root, members) in enumerate(groups.items(), 1):
        for member in members.tolist():
            place = places[member]
            rows.append(
                {
                    "group": number,
                    "id": pd.NA if place < 0 else place,
                    "class": artworks["class"].iloc[member],
                    "split": "" if place < 0 else left["split"].iloc[place],
                    "filename": artworks["filename"].iloc[member],
                    "difference": _difference(images, member, root),
                }
            )
    table = pd.DataFrame(rows, columns=list(DUPLICATES))
    return table.astype({"group": "int64", "id": "Int64", "difference": "float64"})


def _difference(images: np.ndarray, one: int, other: int) -> float:
    """Mean absolute difference of two pictures, in levels of 255."""
    return float(np.abs(images[one].astype(int) - images[other].astype(int)).mean())


def _refusal(artworks: pd.DataFrame, groups: dict[int, np.ndarray]) -> str:
    """The groups in words."""
    lines = [
        f"{len(groups):,} {'picture is' if len(groups) == 1 else 'pictures are'} in the data more "
        "than once, or nearly so, and dataset.duplicates is refuse:"
    ]
    for places in list(groups.values())[:_NAMED]:
        files = artworks.iloc[places[:_NAMED]]
        named = [f"{row['filename']} ({row['class']})" for _, row in files.iterrows()]
        more = f" and {len(places) - _NAMED:,} more" if len(places) > _NAMED else ""
        lines.append(f"  - {', '.join(named)}{more}")
    if len(groups) > _NAMED:
        lines.append(f"  and {len(groups) - _NAMED:,} more groups")
    lines.append(
        "Remove all but one of each, or write dataset.duplicates: drop (keeps the first of each, "
        "and none of a picture in several classes) or keep (keeps all, in one split)."
    )
    return "\n".join(lines)


def _check_classes(artworks: pd.DataFrame, left: pd.DataFrame) -> None:
    """Stop where a class has too few artworks left."""
    counts = left["class"].value_counts()
    faults = [
        f"Class {name!r} keeps {counts.get(name, 0)} of {count:,}"
        for name, count in artworks["class"].value_counts(sort=False).items()
        if counts.get(name, 0) < 2
    ]
    if faults:
        raise StylewalkError(
            f"Without duplicates there are too few pictures. {'; '.join(faults)}; at least 2 are "
            "needed. Add pictures, or write dataset.duplicates: keep."
        )


def find(images: UInt8[np.ndarray, "pictures side side 3"]) -> Int[np.ndarray, " pictures"]:
    """Groups of pictures that are the same or nearly.

    A group is what hangs together: where the first is like the second and the second like the
    third, all three are one.

    Args:
        images: (N, S, S, 3) uint8, S a multiple of 16.

    Returns:
        (N,) for each picture the place of the first one of its group, its own where it is alone.
    """
    first: dict[bytes, int] = {}
    sums = (hashlib.sha256(image.tobytes()).digest() for image in images)
    roots = np.array([first.setdefault(total, place) for place, total in enumerate(sums)], int)
    at_once = max(1, _NUMBERS // max(1, images[:1].size))
    for one, other in _candidates(images, np.array(list(first.values()), int)):
        # What hangs together already need not be looked at.
        while len(apart := np.flatnonzero(roots[one] != roots[other])):
            one, other = one[apart], other[apart]
            same = nearly_same(images[one[:at_once]], images[other[:at_once]])
            for pair in zip(one[:at_once][same], other[:at_once][same], strict=True):
                low, high = np.sort(roots[list(pair)])
                roots[roots == high] = low
            one, other = one[at_once:], other[at_once:]
    return roots


def nearly_same(
    one: UInt8[np.ndarray, "pairs side side 3"], other: UInt8[np.ndarray, "pairs side side 3"]
) -> Bool[np.ndarray, " pairs"]:
    """Whether pictures are nearly the same, pair by pair: see the module.

    Args:
        one, other: (M, S, S, 3) uint8, S a multiple of 16.

    Returns:
        (M,) booleans. It does not matter which of two pictures is ``one``.
    """
    count, size = one.shape[:2]
    over = (1, 2, 3)
    x, y = one.astype(np.float32), other.astype(np.float32)
    grid_x, grid_y = _grid(x), _grid(y)
    mean_x, mean_y = (grid.mean(over, keepdims=True) for grid in (grid_x, grid_y))
    sd_x, sd_y = _contrast(grid_x), _contrast(grid_y)
    flat = np.minimum(sd_x, sd_y) < _FLAT
    gain = sd_x / np.maximum(sd_y, _FLAT)
    contrast = np.maximum(np.sqrt(_contrast(x) * _contrast(y) * gain), _FLAT)
    afar = ((grid_x - mean_x) - (grid_y - mean_y) * gain) / contrast
    near = ((x - mean_x) - (y - mean_y) * gain) / contrast
    side = size // _TILES
    tiles = (near**2).reshape(count, _TILES, side, _TILES, side, 3).mean((2, 4, 5))
    detail, spot = np.sqrt(tiles.mean((1, 2))), np.sqrt(tiles.max((1, 2)))
    cells = (afar**2).mean(3)
    same: np.ndarray = (
        ~flat[:, 0, 0, 0]
        & _alike(mean_x.ravel(), mean_y.ravel(), sd_x.ravel(), sd_y.ravel())
        & (np.sqrt(cells.mean((1, 2))) <= _FAR)
        & (np.sqrt(cells.max((1, 2))) <= _FAR_CELL)
        & (np.abs(afar.mean((1, 2))).max(1) <= _FAR_COLOUR)
        & (detail <= _FAR_DETAIL)
        & (spot <= np.maximum(_SPOT, _SPOT_RATIO * detail))
    )
    return same


def _alike(
    mean_x: Float[np.ndarray, " pairs"],
    mean_y: Float[np.ndarray, " pairs"],
    sd_x: Float[np.ndarray, " pairs"],
    sd_y: Float[np.ndarray, " pairs"],
) -> Bool[np.ndarray, " pairs"]:
    """Whether brightness and contrast are near each other, pair by pair."""
    low, high = np.minimum(sd_x, sd_y), np.maximum(sd_x, sd_y)
    alike: np.ndarray = (np.abs(mean_x - mean_y) <= _BRIGHTER) & (high <= _STARKER * low)
    return alike


def _grid(
    images: Float[np.ndarray, "pictures side side 3"],
) -> Float[np.ndarray, "pictures 16 16 3"]:
    """Mean colours of the cells of a grid, (M, 16, 16, 3)."""
    count, size = images.shape[:2]
    side = size // GRID
    cells = images.reshape(count, GRID, side, GRID, side, 3)
    grid: np.ndarray = cells.mean((2, 4), dtype=np.float32)
    return grid


def _contrast(
    images: Float[np.ndarray, "pictures side side 3"],
) -> Float[np.ndarray, "pictures 1 1 1"]:
    """Standard deviation over the picture, not over its colours: 0 for one that is all red."""
    contrast: np.ndarray = np.sqrt(images.var((1, 2), keepdims=True).mean(3, keepdims=True))
    return contrast


def _candidates(
    images: UInt8[np.ndarray, "pictures side side 3"], places: Int[np.ndarray, " places"]
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Pairs, piece by piece, among which are all that are nearly the same.

    No more is held at once than a piece's distances. Those of grids are exact but for rounding: as
    far as the grid decides, no pair is missed.
    """
    hashes, means, sds, textures = [], [], [], []
    for start in range(0, len(places), _ROWS):
        part = images[places[start : start + _ROWS]].astype(np.float32)
        grid = _grid(part)
        mean, sd = grid.mean((1, 2, 3), keepdims=True), _contrast(grid)
        at_least = np.maximum(sd, _FLAT)
        level = ((grid - mean) / at_least).reshape(len(part), -1)
        hashes.append(level / np.sqrt(level.shape[1]))
        means.append(mean.ravel())
        sds.append(sd.ravel())
        textures.append((_contrast(part) / at_least).ravel())
    if not hashes:
        return
    sd = np.concatenate(sds)
    kept = sd >= _FLAT
    places, sd = places[kept], sd[kept]
    hashed, mean, texture = (np.concatenate(x)[kept] for x in (hashes, means, textures))
    # Half the squared distance of two hashes: half of the sum of their squares, less their product.
    length = (hashed**2).sum(1) / 2
    reach = (1.01 * _FAR) ** 2 / 2
    for start in range(0, len(places), _ROWS):
        rows = slice(start, start + _ROWS)
        distance = np.add.outer(length[rows], length[start:])
        distance -= hashed[rows] @ hashed[start:].T
        distance -= reach * np.outer(texture[rows], texture[start:])
        one, other = np.nonzero(distance <= 1e-5 * length[rows, None])
        one, other = one[one < other] + start, other[one < other] + start
        alike = _alike(mean[one], mean[other], sd[one], sd[other])
        yield places[one[alike]], places[other[alike]]
