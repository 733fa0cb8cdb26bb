"""Artworks for the page: which are shown, where they lie, their clusters and neighbours."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float64, Int, UInt8

from stylewalk.explorer.packing import encoded, packed, shares, whole_numbers
from stylewalk.explorer.sprites import COLUMNS, PER_SHEET, sheets, shrink, tile_size

MAPS = ("pca", "ica", "sammon", "tsne", "umap")  # in the order of the page
NOWHERE = -1
_MOST_NEIGHBOURS = 2_000_000  # of one model: 16 MB


def shown_ids(maps: pd.DataFrame, more: Iterable[int]) -> Int[np.ndarray, " shown"]:
    """Ids of the artworks on the page, ascending: those on a map, and more."""
    return np.array(sorted({*maps["id"].tolist(), *more}), np.int64)


def artworks(
    table: pd.DataFrame, ids: Int[np.ndarray, " shown"], classes: Sequence[str]
) -> dict[str, Any]:
    """What the page says of the artworks in words, one entry each.

    Args:
        table: table ARTWORKS.
        ids: (n,) ids of the artworks on the page.
        classes: classes in the order of the config.
    """
    rows = table.set_index("id").loc[ids]
    # Most artists made many of the artworks: each name stands once.
    artists, codes = np.unique(rows["artist"].astype(str), return_inverse=True)
    more = {}
    for name in sorted({"content", "content_group"} & set(rows)):
        values, of = np.unique(rows[name].astype(str), return_inverse=True)
        if any(values):
            more[name] = {"values": values.tolist(), "of": whole_numbers(of)}
    return {
        "id": whole_numbers(ids),
        "class": whole_numbers(pd.Index(list(classes)).get_indexer(rows["class"])),
        "held_out": packed(rows["split"] == "validation", "B"),
        "artists": artists.tolist(),
        "artist": whole_numbers(codes),
        # Where none has a title, the page says files.
        "title": rows["title"].tolist() if rows["title"].any() else [],
        "filename": rows["filename"].tolist(),
        "year": whole_numbers(rows["year"].fillna(0)),
        "century": whole_numbers(rows["century"].fillna(0)),
        # Further columns to filter by, where some artwork has a value.
        "more": more,
    }


def thumbnails(
    images: UInt8[np.ndarray, "artworks side side 3"],
    ids: Int[np.ndarray, " shown"],
    beside: Path | None = None,
) -> dict[str, Any]:
    """The artworks as sprite sheets.

    Args:
        images: row i of artwork i; may be mapped from a file.
        ids: (n,) ids of the artworks on the page.
        beside: a folder beside the page for the sheets, each of which a browser loads when it is
            first seen; None keeps them inside.
    """
    size = tile_size(images.shape[1])
    made: list[str | dict[str, str]] = []
    for number, sheet in enumerate(sheets(shrink(images[one], size) for one in ids)):
        if beside is None:
            made.append(encoded(sheet))
        else:
            path = beside / f"{number:04}.webp"
            path.write_bytes(sheet)
            made.append({"file": f"{beside.name}/{path.name}"})
    return {"tile": size, "columns": COLUMNS, "per_sheet": PER_SHEET, "sheets": made}


def coordinates(maps: pd.DataFrame, ids: Int[np.ndarray, " shown"]) -> dict[str, dict[str, Any]]:
    """Places on every map of one model, centred and at one scale for both axes.

    Args:
        maps: table LATENT_MAP of one model.
        ids: (n,) ids of the artworks on the page.

    Returns:
        For each method ``x`` and ``y`` in -1 to 1; NaN for an artwork that is not on the map.
    """
    by_method = {}
    for method in (name for name in MAPS if name in set(maps["method"])):
        scaled = on_map(maps, method, ids)
        by_method[method] = {"x": shares(scaled[:, 0]), "y": shares(scaled[:, 1])}
    return by_method


def on_map(
    maps: pd.DataFrame, method: str, ids: Int[np.ndarray, " shown"]
) -> Float64[np.ndarray, "shown 2"]:
    """(n, 2) places on one map, as :func:`coordinates` has them; NaN where there is no such map.

    Args:
        maps: table LATENT_MAP of one model.
        method: of the map.
        ids: (n,) ids of the artworks on the page.
    """
    # The first two components come twice where the study has them among its maps.
    rows = maps[maps["method"] == method].drop_duplicates("id").set_index("id")[["x", "y"]]
    places: np.ndarray = rows.reindex(ids).to_numpy(float)
    if not np.isfinite(places).any():
        return places
    low, high = np.nanmin(places, axis=0), np.nanmax(places, axis=0)
    scaled: np.ndarray = (places - (low + high) / 2) / ((high - low).max() / 2 or 1.0)
    return scaled


def clusters(table: pd.DataFrame, ids: Int[np.ndarray, " shown"]) -> dict[str, dict[str, Any]]:
    """The clusters of one model, by method: ``k``, and ``of`` each artwork.

    Args:
        table: table ARTWORK_CLUSTERS of one model.
        ids: (n,) ids of the artworks on the page.
    """
    return {
        method: {
            "k": int(rows["k"].iloc[0]),
            "of": whole_numbers(rows.set_index("id")["cluster"].loc[ids]),
        }
        for method, rows in table.groupby("method", sort=False)
    }


def neighbours(
    table: pd.DataFrame, ids: Int[np.ndarray, " shown"], place_of: Mapping[int, int]
) -> dict[str, Any] | None:
    """The nearest neighbours in one model, as places in the page's list.

    Args:
        table: table NEIGHBOURS of one model.
        ids: (n,) ids of the artworks on the page.
        place_of: place of each artwork by its id.

    Returns:
        ``count``; ``of`` and ``l2``, (n, count) row by row, ``NOWHERE`` where an artwork is on no
        map. None where they are too many for a page.
    """
    count = int(table["rank"].max())
    if len(ids) * count > _MOST_NEIGHBOURS:
        return None
    near = np.full((len(ids), count), NOWHERE)
    l2 = np.zeros((len(ids), count))
    row, column = table["id"].map(place_of).to_numpy(), table["rank"].to_numpy() - 1
    near[row, column] = table["neighbour"].map(place_of).to_numpy()
    l2[row, column] = table["l2"]
    return {"count": count, "of": packed(near, "i"), "l2": packed(l2, "f")}
