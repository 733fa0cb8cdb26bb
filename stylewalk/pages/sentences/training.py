"""Sentences on the figures of training."""

import numpy as np
import pandas as pd

from stylewalk import numbers
from stylewalk.pages import baselines
from stylewalk.pages.facts import Study
from stylewalk.pages.sentences.wording import (
    Missing,
    Tables,
    between,
    compared,
    counted,
    listing,
    means,
    out_of,
    percent,
    rows,
)


def losses(study: Study, tables: Tables) -> str:
    """Who reconstructs best, and how much worse on artworks that were held out."""
    held_out = _reconstruction(tables, "validation")
    text = compared(
        held_out, "value", study.models, "The validation reconstruction loss", numbers.loss
    )
    try:
        training = means(_reconstruction(tables, "training"), "value", study.models)
    except Missing:
        return f"{text} {_beside_linear(study, tables)}".rstrip()
    text = f"{text} {_beside_linear(study, tables)}".rstrip()
    gap = (means(held_out, "value", study.models) / training - 1).dropna()
    gap = gap[np.isfinite(gap)]
    if gap.empty:
        return text
    above = gap[gap > 0]
    if above.empty:
        return f"{text} In no model is it above the training loss: none has learnt by heart."
    if len(gap) == 1:
        return f"{text} It is {percent(above.iloc[0])} above the training loss."
    where = out_of(len(above), len(gap), "models")
    most = f", most in {above.idxmax()}" if len(above) > 1 else ""
    return f"{text} In {where} it is above the training loss, by {between(above, percent)}{most}."


def _beside_linear(study: Study, tables: Tables) -> str:
    """How the models stand beside PCA, and variational ones beside the best linear VAE."""
    pca = baselines.pca(tables)
    if not np.isfinite(pca):
        return ""
    over = baselines.over_pca(tables).reindex(study.models).dropna(subset="over_pca")
    better = [model for model, row in over.iterrows() if row["high"] < 1]
    text = f"PCA with as many dimensions has {numbers.loss(pca)}"
    if better:
        text += f"; {listing(better)} {'is' if len(better) == 1 else 'are'} below it, with the 95 %"
        text += f" interval{'s' * (len(better) > 1)} over artworks"
    elif len(over):
        text += "; no model is below it with its interval over artworks"
    errors = baselines.reconstruction(tables).reindex(study.models).dropna()
    own = {
        m: baselines.linear_vae(tables, study.betas[m]) for m in errors.index if m in study.betas
    }
    shares = pd.Series({m: errors[m] / error for m, error in own.items() if np.isfinite(error)})
    if shares.empty:
        return f"{text}."
    of = "the error" if len(shares) == 1 else "the errors"
    return (
        f"{text}. With its KL divergence in the loss, {between(shares, numbers.plain)} times {of} "
        f"of the best linear VAE of the same beta ({listing(shares.index)})."
    )


def _reconstruction(tables: Tables, split: str) -> pd.DataFrame:
    return rows(tables, "losses", split=split, term="reconstruction")


def reconstructions(study: Study, tables: Tables) -> str:
    """The same loss as an error of a pixel."""
    held_out = _reconstruction(tables, "validation")
    held_out = held_out.assign(value=np.sqrt(held_out["value"]))
    subject = "The error of a pixel (root of the mean square, of the range from black to white)"
    text = compared(held_out, "value", study.models, subject, percent)
    return f"{text} {_kept(study, tables)}".rstrip()


def _kept(study: Study, tables: Tables) -> str:
    """How much of the originals' gradients is kept."""
    sharp = tables.get("sharpness")
    if sharp is None:
        return ""
    mine = sharp[(sharp["split"] == "validation") & (sharp["band"] == "gradients")].dropna()
    kept = means(mine, "ratio", study.models) if len(mine) else pd.Series(dtype=float)
    if kept.empty:
        return ""
    return f"Of the energy of the originals' gradients the models keep {between(kept, percent)}."


def latent_sizes(study: Study, tables: Tables) -> str:
    """What more latent dimensions do to reconstruction."""
    losses = rows(tables, "latent_sizes", split="validation", term="reconstruction")
    small, large = losses["latent_size"].min(), losses["latent_size"].max()
    if small == large:
        raise Missing("latent_sizes")
    wide = losses.pivot_table(index="model", columns="latent_size", values="value")
    change = (wide[large] / wide[small] - 1).dropna()
    change = change.reindex([name for name in study.models if name in change.index])
    if change.empty:
        raise Missing("latent_sizes")
    less, more = change[change < 0], change[change >= 0]
    text = f"From {small:,} to {large:,} latent dimensions the validation reconstruction loss"
    if less.empty:
        return f"{text} falls in no model ({listing(more.index)})."
    falls = f"{text} falls in {len(less)} of {counted(len(change), 'model')}"
    falls += f", by {between(-less, percent)}"
    return f"{falls}{', and not in ' + listing(more.index) if len(more) else ''}."
