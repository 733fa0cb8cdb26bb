"""The chapter on the claims of the report."""

from stylewalk.catalogue.outputs import Chapter, Table

CLAIMS = Table(
    "claims",
    "claims of the report, weighed",
    {
        "claim": ("str", "identifier of the claim"),
        "verdict": ("str", "holds, fails, undetermined, too few pairs, one run or not tested"),
        "published": (
            "float",
            "the report's figure of the claim's statistic, null where it gives none",
        ),
        "measured": ("float", "the same statistic measured here, null where not tested"),
        "low": ("float", "lower end of its 95 % interval, null where there is none"),
        "high": ("float", "upper end of its 95 % interval, null where there is none"),
        "sentence": ("str", "what was found, in words"),
        "metric": (
            "str",
            "name of the style metric that its statistic rests on, empty where on none",
        ),
        "layers": ("str", "layers of the style network in that metric, empty where it has none"),
        "path": ("str", "names of the latent paths of its trajectories, empty where on none"),
        "split": ("str", "split that these join, as of an experiment; empty where on none"),
    },
    of_all_metrics=True,
)

CLAIMS_BESIDE = Table(
    "claims_beside",
    "claims on trajectories, weighed by the best style metric that passed; empty where none did",
    CLAIMS.columns,
    of_all_metrics=True,
)

CHAPTER = Chapter("claims", "Claims", tables=(CLAIMS, CLAIMS_BESIDE), finding="claims.counts")
