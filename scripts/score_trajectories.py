"""Walk between the ends of each pair, decode every point, and score every step."""

from stylewalk.doorway import doorway

with doorway(snakemake):
    import numpy as np

    from stylewalk import devices, latents, style, tables, training
    from stylewalk.files import atomic
    from stylewalk.trajectories import points

    params = snakemake.params
    device = devices.choose(params.precision, snakemake.threads)
    pairs = tables.read_table(snakemake.input.pairs[0], tables.PAIRS)
    _, codes = tables.read_latents(snakemake.input.latents)
    path = points(codes[pairs["id_a"]], codes[pairs["id_b"]], params.steps)
    model = training.load_weights(snakemake.input.weights)
    decoded = latents.decode(model, path.reshape(-1, path.shape[-1]), device)
    decoded = decoded.reshape(*path.shape[:2], *decoded.shape[1:])
    network = style.load_network(
        snakemake.input.style_network[0], params.layers, params.tap, params.pooling
    )
    losses = style.trajectory_style_loss(
        network, decoded, weights, device=device
    )
    table = style.style_loss_table(
        losses, pairs, snakemake.wildcards.model, int(snakemake.wildcards.seed)
    )
    tables.write_table(table, snakemake.output.style_loss, tables.TRAJECTORY_STYLE_LOSS)
    with atomic(snakemake.output.images) as path:
        np.save(path, decoded)
