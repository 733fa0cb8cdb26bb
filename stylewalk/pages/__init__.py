"""What a person reads at the end of a run: the study page and the summary on the terminal."""
