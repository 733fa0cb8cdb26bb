"""What ties the science of Stylewalk to Snakemake: scripts, records, checks, the command line."""
