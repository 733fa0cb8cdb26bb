"""What style metrics see on the study's own pictures."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.arrays import open_images
    from stylewalk.catalogue.data import ARTWORKS
    from stylewalk.catalogue.metrics import BASELINES, METRIC_RESPONSE, METRIC_VALIDITY
    from stylewalk.randomness import generator
    from stylewalk.style import metrics, response, validity
    from stylewalk.training import devices

    params, files, output = snakemake.params, snakemake.input, snakemake.output
    device, _ = devices.choose()
    devices.use_threads(snakemake.threads)
    artworks = tables.read_table(files.artworks, ARTWORKS)
    images = open_images(files.images, count=len(artworks))
    by_name = {**params.metrics, **{name: {"kind": name} for name in BASELINES}}
    network, fitted = files.style_network[0], metrics.read_fitted(files.fitted)
    made = metrics.build_all(by_name, network, device, fitted)
    chosen = validity.sample(artworks, params.judged, generator(params.seed, "judged artworks"))
    shown = images[chosen["id"].to_numpy()]
    rng = generator(params.seed, "intervals of metrics")
    of_style = [name for name, each in by_name.items() if metrics.is_style(each)]
    left_out = {
        name: metrics.MetricSet(
            metrics.without(settings, network, device, fitted.get(name, {}))
        ).pairwise_all(shown)
        for name, settings in params.metrics.items()
    }
    judged = validity.validity(
        made.pairwise_all(shown),
        chosen,
        of_style,
        rng,
        left_out={
            name: {of: parts["total"] for of, parts in by_class.items()}
            for name, by_class in left_out.items()
        },
    )
    tables.write_table(judged, output.metric_validity, METRIC_VALIDITY)
    rng = generator(params.seed, "noise")
    responses = response.response(made, shown[: params.changed], rng)
    tables.write_table(responses, output.metric_response, METRIC_RESPONSE)
    devices.record(output.machine, device)
