"""Follow the path between the ends of each pair, decode every point, and score every step."""

from stylewalk_workflow.script import job

with job(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.catalogue.trajectories import PAIRS, TRAJECTORY_MEASURES, TRAJECTORY_STYLE_LOSS
    from stylewalk.files import atomic
    from stylewalk.latent_space import encoding, table
    from stylewalk.style import metrics
    from stylewalk.training import devices, loop
    from stylewalk.trajectories import paths, scoring

    params, files, output = snakemake.params, snakemake.input, snakemake.output
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    pairs = tables.read_table(files.pairs[0], PAIRS)
    _, latents = table.read_latents(files.latents)
    model = loop.load_weights(files.weights)
    ends = latents[pairs["id_a"]], latents[pairs["id_b"]]
    points = paths.points(params.path, *ends, params.steps, model)
    images = encoding.decode(model, points.reshape(-1, points.shape[2]), device)
    images = images.reshape(*points.shape[:2], *images.shape[1:])
    of = {
        "model": snakemake.wildcards.model,
        "seed": int(snakemake.wildcards.seed),
        "path": params.path_name,
    }
    network = files.style_network[0]
    by = metrics.build_all(params.metrics, network, device, metrics.read_fitted(files.fitted))
    scored = scoring.score(by, images, pairs, params.control, of)
    tables.write_table(scored["style_loss"], output.style_loss, TRAJECTORY_STYLE_LOSS)
    tables.write_table(scored["control"], output.control, TRAJECTORY_STYLE_LOSS)
    tables.write_table(scored["measures"], output.measures, TRAJECTORY_MEASURES)
    with atomic(output.images) as path:
        np.save(path, encoding.to_bytes(images))
    devices.record(output.machine, device)
