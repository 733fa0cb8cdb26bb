"""Studies that were made up so that a claim on trajectories has a known verdict."""

from functools import partial
from itertools import combinations, product

import numpy as np
import pandas as pd
from scipy import stats

from stylewalk.claims import pictures, trajectories
from stylewalk.claims.weighing import (
    ROLES,
    Evidence,
)

CLASSES = ("Expressionism", "Impressionism", "Realism", "Romanticism")
ORDER = ("Impressionism", "Realism", "Romanticism", "Expressionism")
WITHIN = [(name, name) for name in CLASSES]
BETWEEN = list(combinations(CLASSES, 2))
EXPERIMENTS = {
    f"{classes}_{pairs}{'_fine' * (steps > 10)}": {
        "classes": classes,
        "pairs": pairs,
        "count": 100 if pairs == "random" else 1,
        "steps": steps,
    }
    for classes, pairs, steps in [
        ("within", "random", 10),
        ("within", "closest", 10),
        ("within", "farthest", 10),
        ("within", "farthest", 100),
        ("between", "random", 10),
        ("between", "closest", 10),
    ]
}
CLAIMS = {claim.name: claim for claim in (*trajectories.CLAIMS, *pictures.CLAIMS)}


def losses_of_steps(*args, **kwargs):
    """What makes the table of style losses, of which there are too many to make all at once."""
    return {"trajectory_style_loss": partial(made_losses, *args, **kwargs)}


def made(tables):
    """Tables as they are, or made now."""
    return {name: frame() if callable(frame) else frame for name, frame in tables.items()}


def made_losses(mean=None, sd=None, pairs=40, seeds=(0,)):
    """Table TRAJECTORY_STYLE_LOSS; mean and sd are functions of role, classes and way (0 to 1).

    Means over pairs are exact. Half of the variance is of whole trajectories, half of single steps,
    in every model and class others.
    """
    rng = np.random.default_rng(0)
    frames, most = [], pairs
    for name, settings in EXPERIMENTS.items():
        steps = settings["steps"]
        way = (np.arange(steps) + 0.5) / steps
        pairs = most if steps == 10 else min(most, 10)
        scores = stats.norm.ppf((np.arange(pairs) + 0.5) / pairs)
        scores /= scores.std(ddof=1) if pairs > 1 else 1
        for role, group in product(ROLES, WITHIN if settings["classes"] == "within" else BETWEEN):
            level = (mean(role, *group, way) if mean else 1) + 0 * way
            deviation = (sd(role, *group, way) if sd else 0.3 * level) + 0 * way
            of_steps = np.stack([rng.permutation(scores) for _ in way], axis=1)
            parts = rng.permutation(scores)[:, None] + of_steps
            values = level + deviation * parts / np.sqrt(2)
            names = {"model": role, "experiment": name, "class_a": group[0], "class_b": group[1]}
            columns = {
                "layer": "total",
                "pair": np.repeat(np.arange(pairs), steps),
                "step": np.tile(np.arange(1, steps + 1), pairs),
                "value": values.ravel(),
            }
            frames += [pd.DataFrame(names | columns).assign(seed=seed) for seed in seeds]
    return pd.concat(frames, ignore_index=True)


def profile_shapes(rho=None, name="within_random", **of_roles):
    """Table PROFILE_SHAPES, pooled rows; a role gets (quadratic, quartic, half, verdict)."""
    rows = []
    for place, role in enumerate(ROLES):
        key = role.replace("-", "_")
        quadratic, quartic, half, verdict = of_roles.get(key, (0.0, 0.0, 0.5, "undetermined"))
        row = {"model": role, "experiment": name, "class_a": "all", "class_b": "all"}
        for contrast, value in (("quadratic", quadratic), ("quartic", quartic)):
            ends = {f"{contrast}_low": value - half, f"{contrast}_high": value + half}
            row |= {contrast: value, **ends}
        rows.append(row | {"rho": (rho or {}).get(role, 0.1 * place), "verdict": verdict})
    return pd.DataFrame(rows)


def shape_rho(half=0.1, **of_roles):
    rows = []
    for role in ROLES:
        value = of_roles.get(role.replace("-", "_"), -0.5)
        row = {"model": role, "experiment": "within_random", "measure": "quadratic", "n": 100}
        row |= {"correlation": value, "low": value - half, "high": value + half}
        rows += [row, row | {"measure": "quartic", "correlation": 0.9, "low": 0.8, "high": 1.0}]
    return pd.DataFrame(rows)


def measures(follow=None, noise=0.3, pairs=30, seeds=(0,), far_rho=1.0):
    """Table TRAJECTORY_MEASURES; ``follow`` gives the role whose contrasts another one copies."""
    rng = np.random.default_rng(3)
    base = {role: rng.standard_normal((4, pairs, 2)) for role in ROLES}
    for role, leader in (follow or {}).items():
        base[role] = base[leader] + noise * rng.standard_normal((4, pairs, 2))
    rows = []
    for role, seed in ((role, seed) for role in ROLES for seed in seeds):
        for c, (a, b) in enumerate(WITHIN):
            row = {"model": role, "seed": seed, "class_a": a, "class_b": b}
            for p in range(pairs):
                shape = base[role][c, p] + 0.1 * rng.standard_normal(2)
                row |= {"experiment": "within_random", "pair": p, "rho": 0.2, "structure": 0.1}
                rows.append(row | {"quadratic": shape[0], "quartic": shape[1]})
            for p in range(10):
                rho = 0.2 * far_rho * (1 + c / 50) * (1 + (p - 4.5) / 100)
                far = {"experiment": "within_farthest", "pair": p, "rho": rho}
                rows.append(row | far | {"quadratic": 0.0, "quartic": 0.0})
    return pd.DataFrame(rows)


def humps_with_structure(slope):
    """Trajectories that show the more that is new the more of a hump their profile is."""
    frame = measures()
    noise = np.random.default_rng(8).standard_normal(len(frame))
    return frame.assign(structure=-slope * frame["quadratic"] + 0.3 * noise)


def pairs_table(closest=lambda role, place: (2 * place, 2 * place + 1), far=(0, 99), count=5):
    """Table PAIRS; of several closest pairs the others have both ends ten artworks further on."""
    rows = []
    for role in ROLES:
        for c, (a, b) in enumerate(WITHIN):
            row = {"model": role, "seed": 0, "class_a": a, "class_b": b, "l2": 1.0}
            near = [np.add(closest(role, c), 10 * p) % 100 for p in range(count)]
            for name, chosen in (("closest", near), ("farthest", [far])):
                for pair, (i, j) in enumerate(chosen):
                    ends = {"pair": pair, "id_a": 100 * c + int(i), "id_b": 100 * c + int(j)}
                    rows.append(row | {"experiment": f"within_{name}"} | ends)
    return pd.DataFrame(rows)


ARTWORKS = pd.DataFrame({"id": np.arange(400), "class": np.repeat(CLASSES, 100), "artist": "X"})
# The darker a class's picture, the smaller its number; the classes differ in brightness.
BRIGHTNESS = pd.DataFrame(
    {"id": np.arange(400), "brightness": np.tile(np.arange(100), 4) / 500 + np.arange(400) // 100}
)


def losses(**of_roles):
    rows = [{"model": r, "value": of_roles.get(r.replace("-", "_"), 0.0)} for r in ROLES]
    return pd.DataFrame(rows).assign(seed=0, split="validation", term="reconstruction")


def distances(of_class):
    rows = [
        {"model": r, "class": c, "l1": of_class(r, c), "l2": 1.0} for r in ROLES for c in CLASSES
    ]
    return pd.DataFrame(rows).assign(seed=0)


def study(**tables):
    return Evidence(made(tables), {role: role for role in ROLES}, CLASSES, EXPERIMENTS)


def by_class(step=0.5):
    """Style loss of a class, the same way for every model."""
    return lambda role, a, b, way: 1 + step * ORDER.index(a)


def by_role(**values):
    return lambda role, a, b, way: values.get(role.replace("-", "_"), 1.0)


def spread_in_ae(role, a, b, way):
    return 0.9 if role == "AE" else 0.3


def uneven(aae, others, jitter=0.05):
    """Style loss that swings along the way, a little more in some classes."""

    def mean(role, a, b, way):
        swing = (aae if role == "AAE" else others) * (1 + jitter * (len(a) - len(b) / 2) / 10)
        return 1 + swing * np.sin(4 * np.pi * way)

    return mean


def rising(**slopes):
    """Style loss that changes towards Expressionism, whichever end that is."""

    def mean(role, a, b, way):
        slope = slopes.get(role.replace("-", "_"), 0.5)
        return 1 + slope * ((1 - way) if a == "Expressionism" else way)

    return mean


def dipping(rise, **rises):
    """Style loss that is more, or less, in the middle."""

    def mean(role, a, b, way):
        return 1 + rises.get(role.replace("-", "_"), rise) * np.exp(-(((way - 0.5) / 0.2) ** 2))

    return mean


def waist(depth, relative=None):
    """Spread in mid-trajectory below (above) that of the ends, on top of a level of each role."""

    def sd(role, a, b, way):
        level = (relative or {}).get(role, 1 + ROLES.index(role))
        return 0.08 * level * (1 - depth * (np.abs(way - 0.5) < 0.2))

    return sd


def other_by_place(role, place):
    return (5 * ROLES.index(role) + place, 50 + ROLES.index(role))


def every_other_alike():
    """Closest pairs of which every other one is the same in all models."""
    same, apart = pairs_table(count=6), pairs_table(other_by_place, count=6)
    is_even = same["pair"] % 2 == 0
    return pd.concat([same[is_even], apart[apart["pair"] % 2 == 1]])


WAVES = dict.fromkeys(("TVAE", "beta_VAE", "AE"), (0.1, -1.0, 0.2, "wave"))
FLAT = dict.fromkeys(("AE", "VAE", "beta_VAE", "TVAE"), (0.1, 0.05, 0.1, "flat"))
FLAT["AAE"] = (-1.0, 0.0, 0.2, "horseshoe")
BLURRED = {role.replace("-", "_"): 0.1 * (5 - place) for place, role in enumerate(ROLES)}
SHARPER = by_role(**{role.replace("-", "_"): 1.0 + place for place, role in enumerate(ROLES)})
NEARLY_AS_SHARP = by_role(
    **{role.replace("-", "_"): 1 + 0.005 * place for place, role in enumerate(ROLES)}
)
DENSER = distances(lambda role, name: 10.0 * (1 + ORDER.index(name)))
REVERSED = distances(lambda role, name: 100.0 - ORDER.index(name))
FOLLOW_BETA, FOLLOW_AE = {"TVAE": "beta-VAE"}, {"VAE": "AE"}
FAR = {"artworks": ARTWORKS, "brightness": BRIGHTNESS}
