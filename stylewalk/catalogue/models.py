"""The chapter on the models: how they were trained."""

from stylewalk.catalogue import columns
from stylewalk.catalogue.outputs import Array, Chapter, Figure, Plot, Table

EPOCH_LOSSES = Table(
    "epoch_losses",
    "losses of every epoch",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "epoch": ("int", "epoch, from 1"),
        "split": ("str", "training or validation"),
        "term": (
            "str",
            "reconstruction, or another term of the family, such as kl",
        ),
        "value": ("float", "mean over the epoch's images, unweighted"),
    },
    file="epoch_losses.parquet",
)
LOSSES = Table(
    "losses",
    "losses of the last epoch",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "split": ("str", "training or validation"),
        "term": EPOCH_LOSSES.columns["term"],
        "value": ("float", "mean over the last epoch's images, unweighted"),
    },
    evidence=True,
)
LATENT_SIZES = Table(
    "latent_sizes",
    "losses of the last epoch by latent size",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "latent_size": ("int", "latent dimensions"),
        "split": LOSSES.columns["split"],
        "term": LOSSES.columns["term"],
        "value": LOSSES.columns["value"],
    },
    optional=True,
)
BASELINES = Table(
    "baselines",
    "reconstruction errors of linear baselines",
    {
        "split": ("str", "training or validation"),
        "baseline": ("str", "mean picture, PCA, linear VAE or linear sigma-VAE"),
        "components": ("int", "components, or dimensions that a linear VAE uses"),
        "beta": ("float", "weight of the KL divergence; empty where there is none"),
        "mse": ("float", "mean squared error of pixels in 0 to 1"),
    },
    evidence=True,
)
RECONSTRUCTION = Table(
    "reconstruction",
    "errors of reconstructions beside PCA's",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "split": ("str", "training or validation"),
        "pictures": ("int", "artworks that were looked at"),
        "mse": (
            "float",
            "mean squared error of pixels in 0 to 1, clipped, from latents as trajectories have "
            "them: not drawn from a posterior, but its mean",
        ),
        "over_pca": ("float", "the same over that of PCA with as many dimensions"),
        "low": ("float", "lower end of its 95 % bootstrap interval over pictures"),
        "high": ("float", "upper end of that interval"),
    },
    step="encode_artworks",
)
SHARPNESS = Table(
    "sharpness",
    "energy of reconstructions over that of the originals",
    {
        "model": columns.MODEL,
        "seed": columns.SEED,
        "split": ("str", "training or validation"),
        "band": (
            "str",
            "gradients, or frequencies in cycles per picture of S pixels: low (below S/16), "
            "middle (to S/4), high (above)",
        ),
        "ratio": ("float", "energy over that of the originals, 1 where equally sharp"),
        "low": RECONSTRUCTION.columns["low"],
        "high": RECONSTRUCTION.columns["high"],
    },
    step="encode_artworks",
)

RECONSTRUCTIONS = Array("reconstructions", "models/{model}/seed-{seed}/reconstructions.npz")

CHAPTER = Chapter(
    "models",
    "Models",
    tables=(LOSSES, BASELINES, RECONSTRUCTION, SHARPNESS, LATENT_SIZES),
    plots=(
        Plot(
            "training",
            (
                Figure(
                    "training_losses",
                    (EPOCH_LOSSES,),
                    "training.losses",
                    also=(LOSSES, BASELINES),
                ),
                Figure(
                    "training_reconstructions",
                    (),
                    "training.reconstructions",
                    also=(LOSSES, RECONSTRUCTION, SHARPNESS),
                ),
            ),
            inputs=(RECONSTRUCTIONS,),
            settings=("models",),
        ),
        Plot(
            "sweep",
            (Figure("latent_sizes", (LATENT_SIZES,), "training.latent_sizes", optional=True),),
            settings=("models", "own_size"),
        ),
    ),
    finding="training.losses",
)
