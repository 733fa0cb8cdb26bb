"""Weigh what judges saw."""

from stylewalk_workflow.script import job

with job(snakemake):
    from stylewalk import tables
    from stylewalk.catalogue import judging
    from stylewalk.judging import weighing
    from stylewalk.judging.answers import read_answers
    from stylewalk.judging.key import read_key

    key = read_key(snakemake.input.key)
    answers = read_answers(snakemake.params.answers, key)
    weighed = weighing.weigh(key, answers, snakemake.params.seed)
    for table in judging.TABLES:
        tables.write_table(weighed[table.name], snakemake.output[table.name], table)
