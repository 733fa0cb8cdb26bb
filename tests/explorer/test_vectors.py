"""Attribute vectors of the page, held against plain means and the table of attributes."""

import base64

import numpy as np
import pandas as pd
import pytest

from explorer_study import CLASSES, artworks
from stylewalk.explorer import vectors
from stylewalk.trajectories import attributes
from stylewalk.trajectories.latent_tasks import known_columns

COUNT, WIDTH, SEED = 300, 5, 3


def table(count=COUNT, **columns):
    kinds = ["sea", "woods", "hills", "street"]
    content = {"content": "", "content_group": [kinds[n % 4] for n in range(count)]}
    return artworks(count).assign(**{**content, **columns})


def latents(count=COUNT, scale=1.0):
    """Realism lies one to the side along the second axis."""
    points = np.random.default_rng(0).normal(size=(count, WIDTH)).astype(np.float32)
    points[np.arange(count) % 3 == CLASSES.index("Realism"), 1] += 3
    return (scale * points).astype(np.float32)


def known_of(frame, classes=CLASSES, **more):
    return vectors.of_artworks(
        frame, pd.DataFrame(more, index=range(len(frame))), list(classes), SEED
    )


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_vectors_are_differences_of_means_in_units_of_the_artworks(scale):
    frame, points = table(), latents(scale=scale)
    found = vectors.of_latents(points, known_of(frame))
    assert [names[:2] for names in found["names"][:3]] == [["class", name] for name in CLASSES]
    axes = np.frombuffer(base64.b64decode(found["axes"]["h"]), "<f2").reshape(-1, WIDTH)
    training = (frame["split"] == "training").to_numpy()
    for place, name in enumerate(CLASSES):
        has = (frame["class"] == name).to_numpy()
        wanted = points[has & training].mean(axis=0) - points[~has & training].mean(axis=0)
        np.testing.assert_allclose(axes[place], wanted / np.linalg.norm(wanted), atol=1e-3)
        deviation = (points @ (wanted / np.linalg.norm(wanted))).std()
        assert found["deviations"][place] == pytest.approx(deviation, rel=1e-4)
        # So many standard deviations from the mean of the others to that of the class.
        apart = np.linalg.norm(wanted) / deviation
        assert found["apart"][place] == pytest.approx(apart, rel=5e-3)
    assert found["apart"][CLASSES.index("Realism")] > 1


def test_the_areas_are_those_of_the_studys_table():
    frame, points = table(), latents()
    known = known_of(frame)
    columns = known_columns(frame, pd.DataFrame(index=range(COUNT)))

    def nothing(z):
        return np.zeros((len(z), 4, 4, 3), np.float32)

    mean = np.zeros((4, 4, 3))
    space = attributes.Space(points, nothing, known.splits, known.groups, {}, mean, SEED)
    rows, _ = attributes.judge(space, columns)
    of_table = {
        (row["column"], row["value"]): [row["mean"], row["low"], row["high"]]
        for row in rows
        if row["measure"] == "auc"
    }
    found = vectors.of_latents(points, known)
    of_page = {
        (column, value): area
        for (column, value, _), area in zip(found["names"], found["auc"], strict=True)
    }
    assert of_page.keys() == of_table.keys()
    assert {column for column, _ in of_page} == {"class", "content_group"}
    for key, area in of_page.items():
        np.testing.assert_allclose(area, of_table[key], rtol=5e-3)
    assert of_page["class", "Realism"][0] > 0.9


def test_classes_of_few_artworks_have_vectors_and_no_area():
    known = known_of(table(24))
    found = vectors.of_latents(latents(24), known)
    assert [names[1] for names in found["names"]] == CLASSES
    assert found["auc"] == [None] * 3


def test_of_two_classes_one_vector_leads_away_from_the_other():
    frame = table()
    frame = frame[frame["class"] != "Realism"].reset_index(drop=True)
    known = known_of(frame, ["Romanticism", "Expressionism"])
    assert known.names[0] == ("class", "Expressionism", "Romanticism")
    assert [column for column, *_ in known.names].count("class") == 1


def test_a_column_of_the_metadata_has_vectors_too():
    signed = ["yes" if n % 2 else "no" for n in range(COUNT)]
    known = known_of(table(), signed=signed)
    assert ("signed", "no", "yes") in known.names


def test_what_does_not_differ_has_no_vector():
    found = vectors.of_latents(np.ones((COUNT, WIDTH), np.float32), known_of(table()))
    assert set(found["deviations"]) == {0.0}
    assert set(found["apart"]) == {0.0}
