"""Models that learnt nothing, of which nothing else on a page should be believed."""

from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, listing


def collapsed(study: Study, tables: Tables) -> str:
    """Which models use none of their latent dimensions, why, and what to do about it.

    Raises:
        Missing: every model uses some, or the table is not there; and the pictures differ.
    """
    names = _idle(study, tables)
    if study.same:
        use = f", and {listing(names)} {_use(names)} latent dimensions" if names else ""
        return (
            f"{study.same[0].upper()}{study.same[1:]}. What is the same no model can tell "
            f"apart{use}: shapes, clusters and claims say little here. Train on pictures that "
            "differ."
        )
    if not names:
        raise Missing("a model that collapsed")
    them = "it" if len(names) == 1 else "them"
    where = "" if len(study.seeds) == 1 else " with at least one seed"
    with_beta = [name for name in names if name in study.with_beta]
    helps = "More epochs or smaller batches help"
    if with_beta == names:
        helps = "More epochs, smaller batches or a lower beta help"
    elif with_beta:
        helps += f", and a lower beta of {listing(with_beta)}"
    return (
        f"{listing(names)} {_use(names)} latent dimensions{where}: whatever the artwork, nearly "
        f"the same latent comes out, so that shapes, clusters and claims say nothing of {them}. "
        f"{helps}."
    )


def _idle(study: Study, tables: Tables) -> list[str]:
    """Models that use no dimension, with at least one seed."""
    used = tables.get("posterior_use")
    if used is None:
        return []
    least = used.groupby("model")["active"].min()
    return [model for model in study.models if least.get(model) == 0]


def _use(names: list[str]) -> str:
    return "uses none of its" if len(names) == 1 else "use none of their"
