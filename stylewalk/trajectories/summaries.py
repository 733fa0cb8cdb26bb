"""All tables on the trajectories of a study, by metric, latent path and split.

These are told apart here and nowhere else: p-values are adjusted over the tests of one metric on
one path between the artworks of one split, so that a further metric, path or split changes no
verdict of another.
"""

from collections.abc import Collection

import pandas as pd

from stylewalk.catalogue.outputs import Table
from stylewalk.catalogue.trajectories import (
    CONTROL_TESTS,
    PROFILE_SHAPES,
    SHAPE_RHO,
    STYLE_PROFILES,
    TRAJECTORY_MEASURES,
)
from stylewalk.trajectories import controls
from stylewalk.trajectories.profiles import summarise
from stylewalk.trajectories.sharing import with_ends


def summarise_trajectories(
    style_loss: pd.DataFrame,
    control: pd.DataFrame,
    measures: pd.DataFrame,
    bootstrap: int,
    flat_within: float,
    seed: int,
    confirmatory: Collection[str] = (),
    pairs: pd.DataFrame | None = None,
) -> dict[Table, pd.DataFrame]:
    """Profiles with intervals, their shapes, and how trajectories compare with pixel blends.

    Args:
        style_loss: table TRAJECTORY_STYLE_LOSS of all models, seeds and experiments.
        control: the same of the pixel blends; it may have no rows.
        measures: table TRAJECTORY_MEASURES.
        bootstrap: resamples of trajectories.
        flat_within: a profile is flat where both contrasts surely lie within plus or minus this.
        seed: seed of the bootstrap.
        confirmatory: experiments whose shapes the study was made to decide, under its first metric.
        pairs: table PAIRS of all of them, with the columns ``model`` and ``seed``; without it, no
            two pairs share an artwork.

    Returns:
        The five tables of the catalogue by their entries, metric after metric, path after path,
        split after split.

    Raises:
        StylewalkError: as :func:`stylewalk.trajectories.profiles.summarise`.
    """
    keys = ["metric", "path", "split"]
    first = next(iter(measures["metric"]), "")
    parts: dict[Table, list[pd.DataFrame]] = {TRAJECTORY_MEASURES: [measures]}
    if pairs is not None:
        style_loss = style_loss[style_loss["layer"] == "total"]
        control = control[control["layer"] == "total"]
        style_loss, control, measures = (
            with_ends(table, pairs) for table in (style_loss, control, measures)
        )
    for values in measures[keys].drop_duplicates().itertuples(index=False, name=None):
        named = dict(zip(keys, values, strict=True))
        losses, blends, own = (
            t[(t[keys] == pd.Series(named)).all(axis=1)] for t in (style_loss, control, measures)
        )
        decided = confirmatory if named["metric"] == first else ()
        profiles, shapes = summarise(losses, bootstrap, flat_within, seed, decided)
        if len(blends):
            # On their own: Holm's correction counts the models' tests alone.
            beside, _ = summarise(blends, bootstrap, flat_within, seed)
            profiles = pd.concat([profiles, beside], ignore_index=True)
        tests, correlations = controls.compare(own, bootstrap, seed)
        made = {
            STYLE_PROFILES: profiles,
            PROFILE_SHAPES: controls.add_measures(shapes, own),
            CONTROL_TESTS: tests,
            SHAPE_RHO: correlations,
        }
        for table, frame in made.items():
            parts.setdefault(table, []).append(frame.assign(**named))
    return {table: pd.concat(frames, ignore_index=True) for table, frames in parts.items()}
