"""Find the artworks of the pairs that a person chose, and see where numbers mean others now."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk.explorer import naming
    from stylewalk.files import write_json

    files, params = snakemake.input, snakemake.params
    names, left_out = naming.read_names(files.artworks, files.rejected)
    earlier = naming.read_numbers(params.numbers)
    ids = naming.resolve(params.pairs, names, left_out, earlier)
    now = naming.numbers(params.pairs, names)
    changes = naming.changes(params.pairs, now, earlier)
    print(changes)
    write_json(snakemake.output[0], {"pairs": ids, "changes": changes})
    # No declared output: Snakemake would delete what says which picture a number once was.
    write_json(params.numbers, {number: earlier.get(number, name) for number, name in now.items()})
