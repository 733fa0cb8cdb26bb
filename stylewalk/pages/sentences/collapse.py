"""Models that learnt nothing, of which nothing else on a page should be believed."""

from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, listing


def collapsed(study: Study, tables: Tables) -> str:
    """Which models use none of their latent dimensions, and what to do about it.

    Raises:
        Missing: every model uses some, or the table is not there.
    """
    used = tables.get("posterior_use")
    if used is None:
        raise Missing("posterior_use")
    least = used.groupby("model")["active"].min()
    names = [model for model in study.models if least.get(model) == 0]
    if not names:
        raise Missing("a model that collapsed")
    use, them = ("uses none of its", "it") if len(names) == 1 else ("use none of their", "them")
    where = "" if len(study.seeds) == 1 else " with at least one seed"
    return (
        f"{listing(names)} {use} latent dimensions{where}: whatever the artwork, nearly the same "
        f"picture comes out, so that shapes, clusters and claims say nothing of {them}. More "
        "epochs, smaller batches or a lower beta help."
    )
