"""The page's tables of latent spaces: of the geometry of classes, and of agreement with them."""

import numpy as np
import pandas as pd

from study_tables import facts
from stylewalk.pages import latent_tables, tabulate


def table_of(made, title):
    """The rows of a table by their first cell, and its note."""
    table = next(table for table in made if title in table.title)
    return {row[0]: list(row[1:]) for row in [*table.rows, *table.foot]}, table.note


def geometry(seeds):
    """Tables of class geometry whose values differ by 0.1 from seed to seed."""
    rows = [(model, seed, name) for model in ("AE", "beta-VAE") for seed in seeds for name in "ab"]
    head = pd.DataFrame(rows, columns=["model", "seed", "class"])
    shift = 0.1 * head["seed"]
    one = head[head["class"] == "a"].drop(columns="class")
    use = {"active": 255, "effective": 81.25, "dimensions": 256}
    use |= {"sd_min": 0.5, "sd_max": 1.5, "norm_mean": 0.9 + shift}
    use |= {
        "norm_sd": 0.1,
        "kurtosis": -0.2 + shift,
        "gaussian_first_share": (1 + np.sqrt(256 / 400)) ** 2 / 256,
    }
    p = np.where(head["class"] == "a", 0.004, np.where(head["seed"] == 0, 0.5, 0.04))
    shares = head.assign(component=1, share=0.3 + 0.1 * shift)
    together = shares[head["class"] == "a"].assign(**{"class": "all"})
    return {
        "class_offset": head,
        "class_offset_null": head.assign(p_l1=p, relative_l1=0.2 + shift),
        "first_component_angle": head.assign(degrees=20 + 10 * shift, low=15.0, high=26.0),
        "mean_distance": head.assign(l1=1926.0 + 10 * shift, l2=16.086),
        "posterior_use": one.assign(**use),
        "pca_variance": pd.concat([shares, together]),
    }


def test_geometry_of_one_seed_shows_values_and_the_bootstrap_interval():
    made = latent_tables.class_geometry(facts(classes=["a", "b", "c"], seeds=[0]), geometry([0]))
    offsets, note = table_of(made, "Offset")
    assert offsets["AE"] == ["0.20", "0.20 (n.s.)", "–"]
    assert "seeds" not in note
    angles, note = table_of(made, "Angle")
    assert angles["AE"] == ["20° (15 to 26)", "20° (15 to 26)", "–"]
    assert "with its 95 % bootstrap interval" in note
    assert table_of(made, "distance within")[0]["AE"][0] == "1,930 / 16.1"
    use, note = table_of(made, "Use of")
    assert use["AE"] == ["255 of 256", "81.2", "0.50", "1.50", "0.90", "0.10", "−0.20", "30.0 %"]
    assert use["N(0, I)"] == ["256 of 256", "156", *["1.00"] * 3, "0.04", "0.00", "1.3 %"]
    assert "every norm is near √d, the excess kurtosis is 0" in note


def test_geometry_of_several_seeds_shows_the_mean_and_its_t_interval():
    study = facts(classes=["a", "b"], seeds=[0, 1, 2])
    made = latent_tables.class_geometry(study, geometry([0, 1, 2]))
    # Half of the interval of 0, 1, 2 is t(0.975, 2) / sqrt(3) = 4.3027 / 1.7321 = 2.484.
    offsets, _ = table_of(made, "Offset")
    assert offsets["AE"] == ["0.30 ± 0.25", "0.30 ± 0.25 (n.s. in 1 of 3 seeds)"]
    angles, note = table_of(made, "Angle")
    assert angles["AE"] == ["21° ± 2°"] * 2
    assert "the interval is over seeds" in note
    assert table_of(made, "distance within")[0]["AE"][0] == "1,930 ± 2 / 16.1 ± 0.0"
    use, _ = table_of(made, "Use of")
    assert use["AE"][4:] == ["1.00 ± 0.25", "0.10 ± 0.00", "−0.10 ± 0.25", "31.0 ± 2.5 %"]
    for table in made:
        assert "Mean over 3 seeds ± half of its 95 % t interval." in table.note


def test_latent_sizes_that_differ_have_a_row_of_the_normal_distribution_each():
    given = geometry([0])
    given["posterior_use"].loc[given["posterior_use"]["model"] == "AE", "dimensions"] = 64
    study = facts(classes=["a"], models=["AE", "beta-VAE", "new"])
    use, _ = table_of(latent_tables.class_geometry(study, given), "Use of")
    assert list(use) == ["AE", "beta-VAE", "new", "N(0, I), d = 64", "N(0, I), d = 256"]
    assert set(use["new"]) == {"–"}


def test_first_components_have_their_interval_over_seeds():
    given = geometry([0, 1, 2])
    table = tabulate.first_components(facts(classes=["a"], models=["AE", "new"]), given)
    assert table.rows == [["AE", "31.0 ± 2.5 %", "31.0 ± 2.5 %"], ["new", "–", "–"]]
    assert "t interval" in table.note


def agreed(seeds):
    """Tables of agreement in which only the best k, which is 5, has the value 0.5 and above."""
    keys = [(m, s, k) for m in ("AE", "beta-VAE") for s in seeds for k in (4, 5)]
    head = pd.DataFrame(keys, columns=["model", "seed", "k"]).assign(method="kmeans")
    values = np.where(head["k"] == 5, 0.5 + 0.1 * head["seed"], 0.0)
    kinds = ("ari", "ami", "v_measure", "purity")
    agreement = head.assign(**dict.fromkeys(kinds, values), largest_class_rate=0.3)
    apart = [agreement.assign(split=split, n=40) for split in ("training", "validation")]
    apart[1]["ari"] /= 5
    read = [(m, s, c) for m in ("AE", "beta-VAE") for s in seeds for c in latent_tables.CLASSIFIERS]
    accuracy = pd.DataFrame(read, columns=["model", "seed", "classifier"])
    accuracy["accuracy"] = 0.4 + 0.1 * accuracy["seed"]
    return {
        "artworks": pd.DataFrame({"class": ["x"] * 40}),
        "silhouette": head.assign(
            repeat=0, score=0.1 * head["k"] + 0.1 * head["seed"], rows=40, dimensions=8
        ),
        "cluster_agreement": agreement.assign(stability=np.nan),
        "cluster_agreement_by_split": pd.concat(apart),
        "classifier_accuracy": accuracy.assign(largest_class_rate=0.3, low=0.35, high=0.45),
    }


def test_agreement_is_that_of_the_best_k_with_the_interval_over_seeds_if_any():
    one = latent_tables.agreement(facts(seeds=[0]), agreed([0]))
    rows, _ = table_of(one, "clusters with classes")
    assert rows["AE"] == ["k-means", "5", *["0.50"] * 4, "0.30", "–", "0.10"]
    rows, note = table_of(one, "read from latents")
    assert rows["AE"] == ["0.40 (0.35 to 0.45)"] * 2 + ["0.30"]
    assert "Wilson" in note
    many = latent_tables.agreement(facts(seeds=[0, 1, 2]), agreed([0, 1, 2]))
    rows, _ = table_of(many, "clusters with classes")
    assert rows["AE"] == ["k-means", "5", *["0.60 ± 0.25"] * 4, "0.30 ± 0.00", "–", "0.12 ± 0.05"]
    rows, note = table_of(many, "read from latents")
    assert rows["AE"] == ["0.50 ± 0.25"] * 2 + ["0.30"]
    assert "Wilson" not in note
    assert "t interval" in note
    silhouettes = tabulate.clusters(facts(), agreed([0, 1, 2]))
    assert silhouettes.rows[0] == ["AE", "5", "0.600 ± 0.248"]
