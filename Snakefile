"""The workflow, for `snakemake` in a checkout; its own place is that of the Snakemake catalog."""


include: "workflow/Snakefile"


# An include leaves the target as it is.
workflow.default_target = "all"
