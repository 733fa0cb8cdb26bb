"""Walk between the ends of each pair, decode every point, and score every step."""

from stylewalk_workflow.script import job

with job(snakemake):
    import numpy as np

    from stylewalk import tables
    from stylewalk.catalogue.trajectories import PAIRS, TRAJECTORY_MEASURES, TRAJECTORY_STYLE_LOSS
    from stylewalk.files import atomic
    from stylewalk.latent_space import encoding, table
    from stylewalk.style import network as style
    from stylewalk.training import devices, loop
    from stylewalk.trajectories import scoring
    from stylewalk.trajectories.pairs import points

    params, output = snakemake.params, snakemake.output
    name, seed = snakemake.wildcards.model, int(snakemake.wildcards.seed)
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    pairs = tables.read_table(snakemake.input.pairs[0], PAIRS)
    _, codes = table.read_latents(snakemake.input.latents)
    walks = points(codes[pairs["id_a"]], codes[pairs["id_b"]], params.steps)
    model = loop.load_weights(snakemake.input.weights)
    images = encoding.decode(model, walks.reshape(-1, walks.shape[2]), device)
    images = images.reshape(*walks.shape[:2], *images.shape[1:])
    network = style.load_network(
        snakemake.input.style_network[0], params.layers, params.tap, params.pooling
    )
    scored = scoring.score(
        network, images, pairs, params.control, name, seed, params.layer_weights, device
    )
    tables.write_table(scored["style_loss"], output.style_loss, TRAJECTORY_STYLE_LOSS)
    tables.write_table(scored["control"], output.control, TRAJECTORY_STYLE_LOSS)
    tables.write_table(scored["measures"], output.measures, TRAJECTORY_MEASURES)
    with atomic(output.images) as path:
        np.save(path, encoding.to_bytes(images))
    devices.record(snakemake.output.machine, device)
