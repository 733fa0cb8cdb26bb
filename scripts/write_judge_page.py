"""Write the page for judges, and the key to its trials."""

from stylewalk_workflow.script import job

with job(snakemake):
    from pathlib import Path

    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.judging import JUDGING_KEY
    from stylewalk.files import atomic
    from stylewalk.judging import page, trials
    from stylewalk.judging.artworks import read_space
    from stylewalk.judging.key import digest, key_of
    from stylewalk.judging.walks import read_walks

    files, params, output = snakemake.input, snakemake.params, snakemake.output
    # The files of walks run over experiments, then models.
    keys = [(model, path) for path in params.paths.values() for model in params.models]
    of_walks = (files.pairs, files.decoded, files.style_loss, files.measures)
    of_models = (files.latents, files.clusters)
    artworks = tables.read_table(files.artworks, ARTWORKS)
    material = trials.Material(
        [w for key, *of in zip(keys, *of_walks, strict=True) for w in read_walks(*key, *of)],
        open_images(files.images, count=len(artworks)),
        artworks["class"].to_numpy(str),
        {m: read_space(*of) for m, *of in zip(params.models, *of_models, strict=True)},
        params.flat_within,
        params.seed,
    )
    drawn = trials.draw(material, params.trials)
    key = key_of(drawn, params.run)
    tables.write_table(key, output.key, JUDGING_KEY)
    # Snakemake replaces that with the next page; the answers to this one may be out by then.
    kept = Path(output.key).parent / "judging_keys" / f"{digest(key)}.parquet"
    kept.parent.mkdir(exist_ok=True)
    tables.write_table(key, kept, JUDGING_KEY)
    with atomic(output.page) as path:
        path.write_text(page.render(params.run, drawn, key, params.procedural), encoding="utf-8")
