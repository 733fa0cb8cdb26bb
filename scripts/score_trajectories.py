"""Walk between the ends of each pair, decode every point, and score every step."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import devices, latent_table, latents, scoring, style, tables, training
    from stylewalk.files import atomic
    from stylewalk.trajectories import points

    params, output = snakemake.params, snakemake.output
    name, seed = snakemake.wildcards.model, int(snakemake.wildcards.seed)
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    pairs = tables.read_table(snakemake.input.pairs[0], tables.PAIRS)
    _, codes = latent_table.read_latents(snakemake.input.latents)
    walks = points(codes[pairs["id_a"]], codes[pairs["id_b"]], params.steps)
    model = training.load_weights(snakemake.input.weights)
    images = latents.decode(model, walks.reshape(-1, walks.shape[2]), device)
    images = images.reshape(*walks.shape[:2], *images.shape[1:])
    network = style.load_network(
        snakemake.input.style_network[0], params.layers, params.tap, params.pooling
    )
    scored = scoring.score(
        network, images, pairs, params.control, name, seed, params.layer_weights, device
    )
    tables.write_table(scored["style_loss"], output.style_loss, tables.TRAJECTORY_STYLE_LOSS)
    tables.write_table(scored["control"], output.control, tables.TRAJECTORY_STYLE_LOSS)
    tables.write_table(scored["measures"], output.measures, tables.TRAJECTORY_MEASURES)
    with atomic(output.images) as path:
        np.save(path, latents.to_bytes(images))
    devices.record(snakemake.output.machine, device)
