"""The sweep of latent sizes: what it trains, and the losses of every size as one table."""

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from stylewalk.errors import StylewalkError

if TYPE_CHECKING:
    import pandas as pd


class Training(NamedTuple):
    """One training of a sweep."""

    size: int
    model: str
    seed: int


def plan(config: Mapping[str, Any]) -> list[Training]:
    """The trainings of a completed config's sweep, the study's own size included where listed.

    They run over rising sizes, then over models and seeds as the study has them: the order in
    which a sweep lists them runs nothing again.

    Raises:
        StylewalkError: there is no size to sweep, or a model that the study does not have.
    """
    sizes, named = config["sweep"]["latent_sizes"], config["sweep"]["models"]
    models = list(config["models"])
    if not sizes:
        raise StylewalkError(
            "sweep.latent_sizes: there is no latent size to sweep; "
            "list some in the config, as in [64, 128, 256]."
        )
    unknown = [name for name in named or [] if name not in models]
    if unknown:
        raise StylewalkError(
            f"sweep.models: the study has no model {', '.join(unknown)}; "
            f"its models are {', '.join(models)}."
        )
    swept = [name for name in models if named is None or name in named]
    # A size may be written 64.0, which would name another file.
    trainings = itertools.product(sorted(map(int, sizes)), swept, config["seeds"])
    return [Training(*training) for training in trainings]


def tabulate(losses: "Iterable[pd.DataFrame]", sizes: Iterable[int]) -> "pd.DataFrame":
    """The losses of the last epoch at every latent size.

    Args:
        losses: table EPOCH_LOSSES of each training.
        sizes: the latent size of each.

    Returns:
        A frame with the columns of LATENT_SIZES, in the order given.
    """
    # Here, since planning needs neither and comes by each time that the workflow is parsed.
    import pandas as pd

    from stylewalk.catalogue.models import LATENT_SIZES

    last = [
        table[table["epoch"] == table["epoch"].max()].assign(latent_size=size)
        for table, size in zip(losses, sizes, strict=True)
    ]
    return pd.concat(last, ignore_index=True)[list(LATENT_SIZES)]
