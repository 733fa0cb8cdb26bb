"""The chapters of the study page in the order of the report, and what stands in each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from stylewalk import catalogue
from stylewalk.errors import StylewalkError
from stylewalk.pages import (
    baselines,
    claims,
    class_tables,
    dissolve_tables,
    duplicates,
    judging_tables,
    latent_tables,
    metric_tables,
    path_tables,
    sample_tables,
    sampling,
    tabulate,
    truth_tables,
)
from stylewalk.pages.cells import Table, sentences
from stylewalk.pages.facts import Study
from stylewalk.pages.figures import table_file
from stylewalk.pages.pictures import Picture
from stylewalk.pages.sentences import metrics, splits, trajectories
from stylewalk.trajectories.experiments import describe


@dataclass
class Chapter:
    """A chapter of the page, or the part of a chapter about one experiment."""

    anchor: str = ""
    title: str = ""
    text: str = ""
    tables: list[Table] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    folded: list[Table | Picture] = field(default_factory=list)
    parts: list["Chapter"] = field(default_factory=list)
    claims: list["claims.Group"] = field(default_factory=list)

    def files(self) -> Iterator[str]:
        """Paths, inside the run's folder, of all that it offers for download."""
        for shown in (*self.pictures, *self.tables, *self.folded):
            if isinstance(shown, Picture):
                yield shown.vector
            yield from map(table_file, shown.behind)
        for part in self.parts:
            yield from part.files()
        if self.claims:
            yield table_file("claims")


def chapters(
    study: Study, tables: Mapping[str, pd.DataFrame], pictures: Sequence[Picture]
) -> list[Chapter]:
    """The chapters in the order of the report.

    Raises:
        StylewalkError: a figure belongs to none.
    """
    made = []
    for entry in catalogue.CHAPTERS:
        if entry.anchor == "claims" and "claims" not in tables:
            continue
        behind = _IF_ANY.get(entry.anchor)
        if behind and not any(len(tables.get(name, ())) for name in behind):
            continue
        chapter = _CONTENTS[entry.anchor](study, tables)
        chapter.anchor, chapter.title = entry.anchor, entry.title
        made.append(chapter)
    _place(made, pictures)
    return made


def _data(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = sentences([study.data, duplicates.sentence(tables)])
    shown = [*tabulate.artworks(study, tables), *duplicates.across_classes(tables)]
    return Chapter(text=text, tables=shown)


def _models(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = (
        "All models but linear ones share one convolutional autoencoder; they differ in their "
        "losses. Beside them stand baselines that are linear."
    )
    beside = [
        *baselines.beside_pca(study, tables),
        *baselines.errors(study, tables),
        *baselines.sharpness(study, tables),
    ]
    return Chapter(text=text, tables=[tabulate.losses(study, tables), *beside])


def _latent_space(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = "How the artworks spread in the latent space of each model."
    shown = [
        tabulate.first_components(study, tables),
        *latent_tables.class_geometry(study, tables),
        *latent_tables.factors(study, tables),
        *latent_tables.disentanglement(study, tables),
    ]
    return Chapter(text=text, tables=shown)


def _clusters(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = "Whether the latents fall into groups, and whether the groups are the classes."
    text = sentences([text, sampling.silhouettes(tables)])
    shown = [tabulate.clusters(study, tables), *latent_tables.agreement(study, tables)]
    return Chapter(text=text, tables=shown)


def _metrics(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = (
        "What is measured below is a distance of pictures, which may or may not be one of style. "
        "Here each metric is tried on artworks whose artist, class or content is known, beside the "
        "distances of plain pixels and of colours, before any trajectory is scored by it."
    )
    text = sentences([text, metrics.by_class(study, tables)])
    shown = [
        *metric_tables.validity(study, tables),
        *metric_tables.by_class(study, tables),
        *metric_tables.left_out(study, tables),
    ]
    return Chapter(text=text, tables=shown)


def _trajectories(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    straight = all(about.get("straight", True) for about in study.experiments.values())
    lines = "Straight lines" if straight else "Straight lines, or other paths where they are named,"
    text = f"{lines} between two latents, decoded step by step."
    # Where nothing is said of style, both say so in the same words.
    said = dict.fromkeys([trajectories.step(study, tables), splits.beside(study, tables)])
    text = sentences([text, *said])
    shown = [
        *metric_tables.verdicts(study, tables),
        *metric_tables.known_shapes(study, tables),
        *dissolve_tables.dissolve(study, tables),
        *dissolve_tables.false_verdicts(tables),
    ]
    parts = [_experiment(study, tables, name) for name in study.experiments]
    return Chapter(text=text, tables=shown, parts=parts)


def _paths(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = (
        "Is it the path or the model that dissolves? The same artworks are joined on other paths "
        "than the straight line, and each walk is held against that of the same pair. Only "
        "structure, what neither end has, however faded or blurred, may speak for a "
        "transformation; a path over the graph passes third artworks, which bring it by themselves."
    )
    return Chapter(text=text, folded=list(path_tables.comparison(study, tables)))


def _truth(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = (
        "Of these pictures it is known what lies between two of them, so that a walk can be held "
        "against the truth. A model interpolates where its walk is nearer the truth than the "
        "dissolve of its own decoded ends, and about as near as its reconstructions of the true "
        "pictures, which no walk can be expected to beat. A path over the graph passes other "
        "pictures of the study, some of which may be true ones."
    )
    shown = truth_tables.distances(study, tables)
    return Chapter(text=text, tables=shown, folded=list(truth_tables.differences(study, tables)))


def _learnt_profiles(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = (
        "Beside distances in style, small networks that were trained on the study's own artworks "
        "say of every decoded image how surely it is of a class, and of a kind of content where "
        "that is known. They are held against artworks that they never saw, and their answers on "
        "a walk against those on the dissolve of the decoded ends that is nearest to each image."
    )
    shown = class_tables.calibration(study, tables)
    return Chapter(text=text, tables=shown, folded=list(class_tables.middles(study, tables)))


def _samples(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = (
        "What a model decodes besides artworks, and what directions stand for: tasks of those who "
        "map a latent space (Liu, Jun, Li and Heer 2019). Samples are held against artworks that "
        "no model was trained on, and directions, groups and analogies against the same arithmetic "
        "on plain pixels: a mean colour tells classes apart, too."
    )
    shown = [*sample_tables.measures(study, tables), *sample_tables.analogies(study, tables)]
    return Chapter(text=text, tables=shown, folded=list(sample_tables.attributes(study, tables)))


def _judging(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    text = (
        "People looked at strips of walks and artworks without knowing whose they are, and chose "
        "one of a few answers each time. What they saw is held against what metrics measure and "
        "what shape profiles have. It is what these judges saw on these pictures, at the size of a "
        "strip; docs/judging.md says how many answers give how much certainty."
    )
    shown = [*judging_tables.judges(tables), *judging_tables.agreement(tables)]
    more = [*judging_tables.shares(study, tables), *judging_tables.metrics(tables)]
    return Chapter(text=text, tables=shown, folded=list(more))


def _claims(study: Study, tables: Mapping[str, pd.DataFrame]) -> Chapter:
    """What the report says, and what this study says of it."""
    text = (
        "Each claim of W. B. A. Rich, Exploring the latent space of autoencoders with a metric of "
        "artistic style (2021), weighed by a numeric rule on the tables of this study. A claim "
        "holds where the whole 95 % interval of its statistic meets the rule and fails where all "
        "of it breaks the rule. Where one training run leaves no interval, as of what rests on "
        "training alone, there is no verdict but 'one run'."
    )
    if study.procedural:
        text = (
            "These verdicts are no evidence about paintings: the pictures of this study were "
            "painted by the workflow itself. " + text
        )
    text = sentences([text, claims.rest_on(study, tables)])
    return Chapter(text=text, claims=claims.weighed(tables), tables=claims.beside(tables))


# Chapters that a study has where one of the tables behind them has rows.
_IF_ANY = {
    "paths": ["path_comparison"],
    "truth": ["interpolation_truth"],
    "learnt-profiles": ["classifier_calibration"],
    "samples": ["samples", "attributes", "attribute_map", "analogies"],
    "judging": ["judges"],
}
_CONTENTS = {
    "data": _data,
    "models": _models,
    "latent-space": _latent_space,
    "clusters": _clusters,
    "metrics": _metrics,
    "trajectories": _trajectories,
    "paths": _paths,
    "truth": _truth,
    "learnt-profiles": _learnt_profiles,
    "samples": _samples,
    "judging": _judging,
    "claims": _claims,
}


def _experiment(study: Study, tables: Mapping[str, pd.DataFrame], name: str) -> Chapter:
    """The part about one experiment."""
    pooled, apart = tabulate.shapes(study, tables, name)
    words = describe(study.experiments[name])
    text = sentences([f"{words[0].upper()}{words[1:]}.", sampling.pairs(study, tables, name)])
    return Chapter(f"trajectories-{name}", name, text, [pooled], folded=[apart])


def _place(made: Sequence[Chapter], pictures: Sequence[Picture]) -> None:
    """Put every picture into its chapter, or the part about its experiment."""
    by_anchor = {chapter.anchor: chapter for chapter in made}
    for picture in pictures:
        if not picture.chapter:
            raise StylewalkError(
                f"The figure {picture.name} belongs to no chapter of the study page: it is not in "
                "stylewalk/catalogue/."
            )
        chapter = by_anchor[picture.chapter]
        part = next((p for p in chapter.parts if p.title == picture.experiment), chapter)
        if picture.folded:
            part.folded.insert(0, picture)
        else:
            part.pictures.append(picture)
