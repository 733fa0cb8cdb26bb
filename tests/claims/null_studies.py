"""Studies on the border between a claim's verdicts, simulated, and how often each is wrong.

For each claim there are two borders. On the first it would be wrong to say that it holds: one of
its parts is exactly where it stops to hold, the others are well beyond. On the second it would be
wrong to say that it fails: all of its parts are exactly there, so that any may look worse by
chance. The page docs/claims.md is made of them: see :mod:`error_rates`.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from unittest import mock

import numpy as np
import pandas as pd

from profile_noise import simulate
from stylewalk.claims import CLAIMS, trajectories
from stylewalk.claims.resampling import Walks
from stylewalk.claims.weighing import (
    FAILS,
    HOLDS,
    ROLES,
    Evidence,
    Finding,
    above,
    conclude,
)
from stylewalk.randomness import generator
from stylewalk.trajectories.dissolve import shape_rho_correlation
from stylewalk.trajectories.profiles import contrasts, shapes_of

CLASSES = ("Expressionism", "Impressionism", "Realism", "Romanticism")
WITHIN = [(name, name) for name in CLASSES]
BETWEEN = list(combinations(CLASSES, 2))
EXPERIMENTS = {
    f"{classes}_{pairs}": {"classes": classes, "pairs": pairs, "count": 1, "steps": steps}
    for classes, pairs, steps in [
        ("within", "random", 10),
        ("within", "farthest", 100),
        ("between", "random", 10),
        ("between", "closest", 10),
    ]
}
BORDERS = (HOLDS, FAILS)
_WAY = (np.arange(10) + 0.5) / 10
_TEN = contrasts(10)
_FAR = 3.0  # a ratio well beyond any border

Level = Callable[..., float | np.ndarray]
Made = Callable[[np.random.Generator, int, int], Evidence]


def walks(rng: np.random.Generator, level: Level, seeds: int, count: int, **about: str) -> Walks:
    """Style losses of five models between the same pairs, skewed as real ones are.

    Half of the variance of a pair's logarithm is the same in all models, as it is of the pictures;
    training moves the level of each model, and the rise along its way, from seed to seed.

    Args:
        level: of role, class_a, class_b and the way (0 to 1) to the mean style loss.
        about: ``classes`` and ``pairs`` of the experiment.
    """
    groups = WITHIN if about["classes"] == "within" else BETWEEN
    of_training = {role: 0.05 * rng.standard_normal((seeds, 2)) * (seeds > 1) for role in ROLES}
    values: dict[str, dict[tuple[str, str], np.ndarray]] = {role: {} for role in ROLES}
    for group in groups:
        of_pictures = _curves(rng, count)
        for role in ROLES:
            mean = level(role, *group, _WAY) + 0 * _WAY
            alone = 0.2 * rng.standard_normal((seeds, count, 10))
            moved = of_training[role][:, :1] + of_training[role][:, 1:] * (2 * _WAY - 1)
            logs = (of_pictures + _curves(rng, count)) / np.sqrt(2) + alone + moved[:, None, :]
            values[role][group] = mean * np.exp(logs)
    roles = {role: role for role in ROLES}
    name = f"{about['classes']}_{about['pairs']}"
    return Walks(name, values.__getitem__, seeds, about["pairs"] == "random", roles)


def _curves(rng: np.random.Generator, count: int) -> np.ndarray:
    """(1, n, 10) logarithms of style losses, as decoded paintings have them."""
    return np.log(simulate(count, 10, rng))[None]


@dataclass(frozen=True)
class Study(Evidence):
    """A study with the walks that a claim finds in it, by classes and pairs."""

    walked: Mapping[tuple[str, str], Walks] = field(default_factory=dict)


def evidence(
    walks: Mapping[tuple[str, str], Walks] | None = None, **tables: pd.DataFrame
) -> Evidence:
    """A study of the report's models and classes."""
    roles = {role: role for role in ROLES}
    return Study(tables, roles, CLASSES, EXPERIMENTS, walked=walks or {})


def of_walks(level: Level, classes: str = "within", pairs: str = "random") -> Made:
    """A study of which a claim reads one experiment."""

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        made = walks(rng, level, seeds, count, classes=classes, pairs=pairs)
        return evidence(walks={(classes, pairs): made})

    return make


def _of_roles(**levels: float) -> Level:
    return lambda role, a, b, way: levels.get(role.replace("-", "_"), 1.0)


def _rising(**slopes: float) -> Level:
    """Style loss that rises towards Expressionism; a slope of 0 is the border."""

    def level(role: str, a: str, b: str, way: np.ndarray) -> np.ndarray:
        slope = slopes.get(role.replace("-", "_"), 0.0)
        return 1 + slope * ((1 - way) if a == "Expressionism" else way)

    return level


def _dipping(**depths: float) -> Level:
    def level(role: str, a: str, b: str, way: np.ndarray) -> np.ndarray:
        depth = depths.get(role.replace("-", "_"), 0.0)
        return 1 - depth * (np.abs(way - 0.5) < 0.2)

    return level


def _swinging(**heights: float) -> Level:
    def level(role: str, a: str, b: str, way: np.ndarray) -> np.ndarray:
        return 1 + heights.get(role.replace("-", "_"), 0.5) * np.sin(4 * np.pi * way)

    return level


def _ordered(step: float, equal: int | None = None) -> Level:
    """Classes in the report's order, each so many times the one before, two of them equal."""
    order = trajectories._ORDER

    def level(role: str, a: str, b: str, way: np.ndarray) -> float:
        place = order.index(a)
        return step ** (place - (equal is not None and place >= equal))

    return level


def _intra_inter(border: str) -> Made:
    factor = trajectories._SIMILAR

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        inside = walks(rng, _of_roles(), seeds, count, classes="within", pairs="random")
        one = _of_roles(AE=factor) if border == HOLDS else lambda *_: factor
        across = walks(rng, one, seeds, max(count // 2, 4), classes="between", pairs="random")
        return evidence(walks={("within", "random"): inside, ("between", "random"): across})

    return make


def _unrelated(table: str, level: Level) -> Made:
    """Style losses with numbers of classes or models beside them that have nothing to do with."""

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        made = {("within", "random"): walks(rng, level, seeds, count, **_RANDOM)}
        if table == "mean_distance":
            l1 = rng.permutation(4)
            rows = [
                (role, 0, name, l1[place]) for role in ROLES for place, name in enumerate(CLASSES)
            ]
            frame = pd.DataFrame(rows, columns=["model", "seed", "class", "l1"])
            return evidence(walks=made, mean_distance=frame)
        frame = pd.DataFrame({"model": ROLES, "seed": 0, "value": rng.permutation(5).astype(float)})
        frame = frame.assign(split="validation", term="reconstruction")
        return evidence(walks=made, losses=frame)

    return make


_RANDOM = {"classes": "within", "pairs": "random"}


def _spread_dissolve(border: str) -> Made:
    """On the first border AE's spread is the same all along, on the second both models' is."""
    depths = {"beta_VAE": 0.7, "AE": 0.0} if border == HOLDS else {}

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        made = walks(rng, _of_roles(), seeds, count, **_RANDOM)
        values = {}
        for role in ROLES:
            scale = (
                (1 + ROLES.index(role))
                / 3
                * (1 - depths.get(role.replace("-", "_"), 0.0) * (np.abs(_WAY - 0.5) < 0.2))
            )
            values[role] = {
                g: np.maximum(1 + scale * (v - v.mean(axis=1, keepdims=True)), 0.01)
                for g, v in made._of(role).items()
            }
        made = Walks("within_random", values.__getitem__, seeds, True, {r: r for r in ROLES})
        rows = [
            ("within_random", role, "all", "all", 0.1 * place) for place, role in enumerate(ROLES)
        ]
        columns = ["experiment", "model", "class_a", "class_b", "rho"]
        return evidence(
            walks={("within", "random"): made}, profile_shapes=pd.DataFrame(rows, columns=columns)
        )

    return make


def _shaped(name: str, **shapes_of_roles: np.ndarray) -> Made:
    """Table PROFILE_SHAPES of models with these contrasts of their mean profiles."""

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        def level(role: str, a: str, b: str, way: np.ndarray) -> np.ndarray:
            return 1 + shapes_of_roles.get(role.replace("-", "_"), 0 * _WAY)

        classes, pairs = name.split("_")
        made = walks(rng, level, seeds, count, classes=classes, pairs=pairs)
        of = {(role, name): dict(made._of(role)) for role in ROLES}
        confirmatory = [name] if pairs == "random" else []
        found = shapes_of(of, 200, 0.25, rng, confirmatory)
        return evidence(profile_shapes=found[found["class_a"] == "all"].assign(rho=0.1))

    return make


def _humps(q: float) -> np.ndarray:
    return q * _TEN["quadratic"]


def _correlated(table: str, **slopes: float) -> Made:
    """Contrasts that go with rho, or with new structure, in some models and not in others."""

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        frames, rows = [], []
        for role in ROLES:
            quadratic = rng.standard_normal(4 * count)
            noise = rng.standard_normal(4 * count)
            other = slopes.get(role.replace("-", "_"), 0.0) * quadratic + noise
            about = {"model": role, "experiment": "within_random"}
            if table == "shape_rho":
                found = shape_rho_correlation(quadratic, other, rng, 400)
                row = {"measure": "quadratic", "correlation": found.correlation}
                rows.append(about | row | {"low": found.low, "high": found.high})
            else:
                names = np.repeat(CLASSES, count)
                columns = {"seed": 0, "class_a": names, "class_b": names}
                columns |= {"pair": np.tile(range(count), 4)}
                columns |= {"quadratic": quadratic, "structure": other}
                frames.append(pd.DataFrame(about | columns))
        return evidence(**{table: pd.DataFrame(rows) if rows else pd.concat(frames)})

    return make


def _alike(role: str, partner: str, border: str) -> Made:
    """Shapes of which those of a rival, or of all rivals, are as near as the partner's."""
    rivals = [r for r in ROLES if r not in (role, partner)]
    near = rivals[:1] if border == HOLDS else rivals

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        frames = []
        common = rng.standard_normal((4, count, 2))
        for other in ROLES:
            shared = 1.0 if other in (role, partner, *near) else 0.0
            own = shared * common + rng.standard_normal((4, count, 2))
            for seed in range(seeds):
                values = own + 0.3 * rng.standard_normal(own.shape)
                for place, name in enumerate(CLASSES):
                    columns = {"quadratic": values[place, :, 0], "quartic": values[place, :, 1]}
                    about = {"model": other, "seed": seed, "experiment": "within_random"}
                    about |= {"class_a": name, "class_b": name, "pair": np.arange(count)}
                    frames.append(pd.DataFrame(about | columns))
        return evidence(trajectory_measures=pd.concat(frames))

    return make


def _closest(border: str) -> Made:
    """Closest pairs of which half are the same in all models."""

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        rows = []
        for c, name in enumerate(CLASSES):
            common = rng.random(count) < 0.5
            for m, role in enumerate(ROLES):
                first = 10_000 * c + np.arange(count) * 2
                first = np.where(common, first, first + 1_000 * (m + 1))
                about = {"model": role, "seed": 0, "experiment": "within_closest"}
                ends = {"class_a": name, "class_b": name, "id_a": first, "id_b": first + 1}
                rows.append(pd.DataFrame(about | ends))
        found = evidence(pairs=pd.concat(rows))
        kinds = {"within_closest": {**_RANDOM, "pairs": "closest", "count": count, "steps": 10}}
        return Evidence(found.tables, found.roles, CLASSES, kinds)

    return make


def _far_extremes(border: str) -> Made:
    """Ends no darker or lighter than others, or walks no nearer to a dissolve than random ones."""

    def make(rng: np.random.Generator, seeds: int, count: int) -> Evidence:
        far, random = (
            walks(rng, level, seeds, count, classes="within", pairs=pairs)
            for pairs, level in (
                (
                    "farthest",
                    _of_roles(
                        **{r.replace("-", "_"): 0.3 if border == HOLDS else 1.0 for r in ROLES}
                    ),
                ),
                ("random", _of_roles()),
            )
        )
        ends = rng.permutation(400)[: 2 * 4 * count]
        frame = pd.DataFrame(
            {"model": "AE", "experiment": "within_farthest", "id_a": ends[::2], "id_b": ends[1::2]}
        )
        brightness = pd.DataFrame({"id": np.arange(400), "brightness": rng.random(400)})
        artworks = pd.DataFrame({"id": np.arange(400), "class": "one"})
        made = {("within", "farthest"): far, ("within", "random"): random}
        return evidence(walks=made, pairs=frame, brightness=brightness, artworks=artworks)

    return make


# By claim: the study on the border of holding, and that on the border of failing.
OF_TRAJECTORIES: dict[str, tuple[Made, Made]] = {
    "horseshoe": (_shaped("within_random"), _shaped("within_random", AAE=_humps(-0.25))),
    "wave": (
        _shaped("within_random", TVAE=-0.6 * _TEN["quartic"], beta_VAE=-0.6 * _TEN["quartic"]),
        _shaped(
            "within_random",
            **{r.replace("-", "_"): -0.25 * _TEN["quartic"] for r in ("TVAE", "beta-VAE", "AE")},
        ),
    ),
    "lower-middle": (of_walks(_dipping(TVAE=0.6, beta_VAE=0.6)), of_walks(_dipping())),
    "dissolve": (
        _correlated("shape_rho", **{r.replace("-", "_"): -2.0 for r in ROLES if r != "AE"}),
        _correlated("shape_rho"),
    ),
    "new-structure": (
        _correlated(
            "trajectory_measures", **{r.replace("-", "_"): -2.0 for r in ROLES if r != "AE"}
        ),
        _correlated("trajectory_measures"),
    ),
    "tvae-like-beta-vae": (_alike("TVAE", "beta-VAE", HOLDS), _alike("TVAE", "beta-VAE", FAILS)),
    "vae-like-ae": (_alike("VAE", "AE", HOLDS), _alike("VAE", "AE", FAILS)),
    "long-flat": (
        _shaped("within_farthest", AE=_humps(0.25), AAE=_humps(-1.0)),
        _shaped("within_farthest", AAE=_humps(-0.25)),
    ),
    "long-uneven": (
        of_walks(_swinging(VAE=0.1, beta_VAE=0.1, TVAE=0.1), pairs="farthest"),
        of_walks(_swinging(), pairs="farthest"),
    ),
    "closest-between": (
        _shaped("between_closest", AE=_humps(0.25), AAE=_humps(-1.0)),
        _shaped("between_closest", AAE=_humps(-0.25)),
    ),
    "closest-uneven": (
        of_walks(_swinging(VAE=0.1, beta_VAE=0.1, TVAE=0.1), "between", "closest"),
        of_walks(_swinging(), "between", "closest"),
    ),
    "class-order": (of_walks(_ordered(_FAR, 2)), of_walks(_ordered(1.0))),
    "density": (_unrelated("mean_distance", _ordered(1.5)),) * 2,
    "aae-magnitude": (of_walks(_of_roles(VAE=0.3, beta_VAE=0.3, TVAE=0.3)), of_walks(_of_roles())),
    "intra-like-inter": (_intra_inter(HOLDS), _intra_inter(FAILS)),
    "toward-expressionism": (
        of_walks(_rising(beta_VAE=4.0, TVAE=4.0, AAE=4.0), "between"),
        of_walks(_rising(), "between"),
    ),
    "blur": (_unrelated("losses", lambda role, a, b, way: 1.5 ** ROLES.index(role)),) * 2,
    "spread-dissolve": (_spread_dissolve(HOLDS), _spread_dissolve(FAILS)),
    "closest-coincide": (_closest(HOLDS), _closest(FAILS)),
    "far-extremes": (_far_extremes(HOLDS), _far_extremes(FAILS)),
}
# What rests on training has normal parts over seeds, so many of them.
OF_TRAINING = {
    "reconstruction-order": 4,
    "latent-size": 1,
    "aae-spherical": 4,
    "tvae-oblong": 4,
    "ae-drop": 4,
    "aae-class-spectra": 4,
    "same-class-spectra": 12,
    "offset-groups": 6,
    "beta-vae-aligned": 5,
    "tvae-clusters": 4,
    "realism-romanticism": 5,
    "k-four": 10,
}


def of_training(rng: np.random.Generator, parts: int, border: str, seeds: int) -> Finding:
    """A statistic of so many parts, one or all of them on the border."""
    means = np.zeros(parts) if border == FAILS else np.where(np.arange(parts) == 0, 0.0, 50.0)
    values = {str(p): m + rng.standard_normal(seeds) for p, m in enumerate(means)}
    return conclude(values, "", at_least=above(0))


def wrong(name: str, border: str, studies: int, seeds: int = 3, pairs: int = 25) -> float:
    """Share of simulated studies on a border that get the verdict that is wrong there."""
    rng = generator(0, "null studies", name, border)
    if name in OF_TRAINING:
        found = [of_training(rng, OF_TRAINING[name], border, seeds) for _ in range(studies)]
        return float(np.mean([finding.verdict == border for finding in found]))
    claim = next(claim for claim in CLAIMS if claim.name == name)
    make = OF_TRAJECTORIES[name][BORDERS.index(border)]
    verdicts = Counter(_weighed(claim.weigh, make(rng, seeds, pairs)) for _ in range(studies))
    return verdicts[border] / studies


def _weighed(weigh: Callable[[Evidence], Finding], study: Evidence) -> str:
    def of(found: Study, classes: str, pairs: str, *_: object, **__: object) -> Walks:
        return found.walked[classes, pairs]

    with mock.patch.object(Walks, "of", of):
        return weigh(study).verdict
