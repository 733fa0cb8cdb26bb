"""Models that learnt nothing, of which nothing else on a page should be believed."""

from stylewalk.pages import baselines
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import Missing, Tables, listing


def collapsed(study: Study, tables: Tables) -> str:
    """Which models use no latent dimension, or learnt less than a linear one, and what helps.

    Raises:
        Missing: every model uses some, or the table is not there; and the pictures differ.
    """
    names = _idle(study, tables)
    nothing, behind = baselines.worse(study, tables)
    said = [_idle_words(study, names), _worse_words(study, tables, nothing, behind)]
    if study.same:
        use = f", and {listing(names)} {_use(names)} latent dimensions" if names else ""
        return (
            f"{study.same[0].upper()}{study.same[1:]}. What is the same no model can tell "
            f"apart{use}: shapes, clusters and claims say little here. Train on pictures that "
            "differ."
        )
    if not any(said):
        raise Missing("a model that learnt nothing, or less than a linear one")
    return " ".join(filter(None, said))


def _idle_words(study: Study, names: list[str]) -> str:
    """Which models use no dimension, and what helps; empty where there is none."""
    if not names:
        return ""
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


def _worse_words(study: Study, tables: Tables, nothing: list[str], behind: list[str]) -> str:
    """Which models are worse than the mean picture or a linear model; empty where none is."""
    said = []
    if nothing:
        said.append(
            f"{listing(nothing)} reconstruct{'s' * (len(nothing) == 1)} artworks no better than "
            "the mean picture, which is to say nothing was learnt: shapes, clusters and claims "
            f"say nothing of {'it' if len(nothing) == 1 else 'them'}."
        )
    # A weight of the KL divergence costs a linear model, too: such a one is the measure then.
    errors = baselines.reconstruction(tables) if behind else {}
    weighed = {
        model: baselines.linear_vae(tables, study.betas[model])
        for model in behind
        if model in study.betas
    }
    excused = [model for model, error in weighed.items() if errors[model] <= error]
    under = [model for model in behind if model not in excused]
    if under:
        said.append(
            f"{listing(under)} reconstruct{'s' * (len(under) == 1)} validation artworks worse than "
            "the best linear model does (PCA with as many dimensions, or a linear VAE of the same "
            f"beta): what is said of {'its' if len(under) == 1 else 'their'} latent "
            f"space{'s' * (len(under) > 1)} is said of a decoder that has not learnt enough. More "
            "epochs or more pictures help."
        )
    return " ".join(said)


def _idle(study: Study, tables: Tables) -> list[str]:
    """Models that use no dimension, with at least one seed."""
    used = tables.get("posterior_use")
    if used is None:
        return []
    least = used.groupby("model")["active"].min()
    return [model for model in study.models if least.get(model) == 0]


def _use(names: list[str]) -> str:
    return "uses none of its" if len(names) == 1 else "use none of their"
