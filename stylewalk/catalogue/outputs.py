"""What an entry of the catalogue is: a table, an array, a figure, a chapter.

Nothing here imports more than the standard library, since the workflow reads the catalogue each
time that it is parsed. Files are named inside a run's folder; ``{model}``, ``{seed}`` and
``{experiment}`` in them stand for each of the study's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Literal

Kind = Literal["str", "int", "float", "bool"]
Column = tuple[Kind, str]


def wildcards(file: str) -> set[str]:
    """The names in braces of a file's name."""
    return {name for _, name, _, _ in Formatter().parse(file) if name}


@dataclass(frozen=True, eq=False)
class Table(Mapping[str, str]):
    """One table: as a mapping, the name of each column to its description, which gives its unit.

    Args:
        name: its name, that of its file where ``file`` is not given.
        title: what its rows are, in lower case.
        columns: name to type and description, in order.
        file: where it lies; a table for people is a CSV file, any other a Parquet file.
        step: the step that makes it for each model and seed, before all are gathered in ``file``.
        evidence: whether claims of the report are weighed on it.
        optional: whether a study may lack it.
        of_all_metrics: whether it sets style metrics side by side; of others, with a column
            ``metric``, the page and the figures show the rows of one.
    """

    name: str
    title: str
    columns: Mapping[str, Column]
    file: str = ""
    step: str = ""
    evidence: bool = False
    optional: bool = False
    of_all_metrics: bool = False

    def __post_init__(self) -> None:
        if not self.file:
            object.__setattr__(self, "file", f"tables/{self.name}.csv")

    def __getitem__(self, column: str) -> str:
        return self.columns[column][1]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def of_model(self) -> str:
        """The file with the rows of one model and seed."""
        return f"models/{{model}}/seed-{{seed}}/{self.name}.parquet"


@dataclass(frozen=True)
class Array:
    """Pictures that figures show, as uint8.

    Args:
        name: its name, that of a parameter of what draws.
        file: where it lies.
        dimensions: 4 for pictures (N, S, S, 3), 5 for trajectories of them (P, T, S, S, 3).
    """

    name: str
    file: str
    dimensions: int = 4


@dataclass(frozen=True)
class Figure:
    """One figure, of which there is a PNG and an SVG file.

    Args:
        name: of its files; ``{experiment}`` in it makes one of each experiment.
        tables: what it is drawn from.
        sentence: the function of :mod:`stylewalk.pages.sentences` that says what it shows, such as
            ``dataset.overview``.
        also: further tables that the sentence reads.
        of_random: whether only experiments of random pairs have it.
        folded: whether the page shows it when asked.
        at_a_glance: whether the page shows it at its head.
        optional: whether a study may lack it.
        if_said: whether the page leaves it out where its sentence has nothing to say.
    """

    name: str
    tables: tuple[Table, ...]
    sentence: str
    also: tuple[Table, ...] = ()
    of_random: bool = False
    folded: bool = False
    at_a_glance: bool = False
    optional: bool = False
    if_said: bool = False

    @property
    def behind(self) -> tuple[Table, ...]:
        """What is offered for download beside it."""
        return (*self.tables, *self.also)

    @property
    def of_experiment(self) -> bool:
        """Whether there is one of each experiment."""
        return "{experiment}" in self.name


@dataclass(frozen=True)
class Plot:
    """The figures that one module draws together.

    Args:
        module: of :mod:`stylewalk.plots`; its function ``draw`` is given all by name.
        figures: what it draws, in the order of the page.
        inputs: tables and arrays that it needs beside those behind its figures.
        settings: which of the study's settings it needs, as ``draw`` calls them.
    """

    module: str
    figures: tuple[Figure, ...]
    inputs: tuple[Table | Array, ...] = ()
    settings: tuple[str, ...] = ("models", "classes")

    @property
    def is_scored(self) -> bool:
        """Whether a table behind it tells style metrics apart."""
        return any(
            isinstance(e, Table) and "metric" in e and not e.of_all_metrics
            for e in self.read().values()
        )

    @property
    def full_name(self) -> str:
        """The name under which the module is imported."""
        return f"stylewalk.plots.{self.module}"

    def read(self) -> dict[str, Table | Array]:
        """All that is read to draw them, by name."""
        behind = [table for figure in self.figures for table in figure.tables]
        return {entry.name: entry for entry in (*behind, *self.inputs)}

    @property
    def optional(self) -> bool:
        """Whether a study may lack all of it."""
        return all(figure.optional for figure in self.figures)


@dataclass(frozen=True)
class Chapter:
    """A chapter of the page and of the workflow's report.

    Args:
        anchor: its address inside the page.
        title: its heading.
        tables: its tables, in the order of the pipeline.
        plots: its figures.
        finding: the function of :mod:`stylewalk.pages.sentences` that sums it up at the head of
            the page.
    """

    anchor: str
    title: str
    tables: tuple[Table, ...]
    plots: tuple[Plot, ...] = ()
    finding: str = ""

    @property
    def figures(self) -> list[Figure]:
        """Its figures in the order of the page."""
        return [figure for plot in self.plots for figure in plot.figures]
