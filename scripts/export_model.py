"""Write a trained model's encoder and decoder as ONNX files, and its card."""

from stylewalk_workflow.script import job

with job(snakemake):
    import json
    from pathlib import Path

    from stylewalk import models, registry, tables
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.models import RECONSTRUCTION
    from stylewalk.files import atomic
    from stylewalk.pages import model_card
    from stylewalk.training import export, loop

    files, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
    model = loop.load_weights(files.weights)
    for half in export.HALVES:
        with atomic(snakemake.output[half]) as path:
            export.write_onnx(model, half, path)
    splits = tables.read_table(files.artworks, ARTWORKS)["split"].value_counts()
    errors = tables.read_table(files.reconstruction, RECONSTRUCTION).set_index("split")
    about, family = model.arguments, params.settings["family"]
    counts = {split: int(splits.get(split, 0)) for split in ("training", "validation")}
    card = model_card.Trained(
        run=params.run,
        model=wildcards.model,
        seed=int(wildcards.seed),
        family=family,
        description=registry.load(models.__name__, family, "family of models").DESCRIPTION,
        settings=params.settings,
        training=params.training if list(model.parameters()) else {},
        machine=json.loads(Path(files.machine).read_text(encoding="utf-8")),
        latent_size=about["latent_size"],
        errors=errors.to_dict("index"),
        pictures=model_card.Pictures(**params.pictures, **counts, size=about["image_size"]),
        opset=export.OPSET,
    )
    with atomic(snakemake.output.card) as path:
        path.write_text(model_card.render(card), encoding="utf-8")
