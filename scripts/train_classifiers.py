"""Train small networks that name class and content of pictures, and judge them on held-out ones."""

from stylewalk_workflow.script import job

with job(snakemake):
    import pandas as pd

    from stylewalk import tables
    from stylewalk.arrays import open_images, rows_of_splits
    from stylewalk.catalogue.classifiers import CLASSIFIER_CALIBRATION
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.training import classifier, devices

    files, output = snakemake.input, snakemake.output
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    artworks = tables.read_table(files.artworks, ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    splits = rows_of_splits(artworks["split"].to_numpy())
    judged = {}
    with devices.deterministic(device):
        for target in ("class", "content_group"):
            trained = classifier.train(
                images,
                artworks[target],
                tuple(splits.values()),
                target,
                snakemake.params.seed,
                device,
            )
            if trained is not None:
                judged[target] = trained
    empty = pd.DataFrame(columns=list(CLASSIFIER_CALIBRATION))
    calibration = pd.concat([empty, *(each.calibration for each in judged.values())])
    tables.write_table(calibration, output.calibration, CLASSIFIER_CALIBRATION)
    networks = {target: each.classifier for target, each in judged.items()}
    classifier.save(networks, images.shape[1], output.networks)
    devices.record(output.machine, device)
