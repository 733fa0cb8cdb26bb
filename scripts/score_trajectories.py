"""Walk between the ends of each pair, decode every point, and score every step."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import devices, latent_table, latents, style, tables, training
    from stylewalk.files import atomic
    from stylewalk.trajectories import points

    params = snakemake.params
    device, _ = devices.choose(params.precision)
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
    losses = style.trajectory_style_loss(network, images, params.layer_weights, device=device)
    table = style.style_loss_table(
        losses, pairs, snakemake.wildcards.model, int(snakemake.wildcards.seed)
    )
    tables.write_table(table, snakemake.output.style_loss, tables.TRAJECTORY_STYLE_LOSS)
    with atomic(snakemake.output.images) as path:
        np.save(path, latents.to_bytes(images))
