"""The explorer: one HTML file in which a person walks through the latent spaces by hand."""

# The experiment of the pairs that are chosen by hand, in the names of files and in tables.
CHOSEN = "chosen"
