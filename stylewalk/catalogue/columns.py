"""Columns that several tables have."""

from stylewalk.catalogue.outputs import Column

MODEL: Column = ("str", "name of the model in the config")
SEED: Column = ("int", "seed of the training run")
CLASS: Column = ("str", "class of the artworks")
ID: Column = ("int", "row of the artwork in images.npy")
EXPERIMENT: Column = ("str", "name of the experiment in the config")
SPLIT: Column = ("str", "split that both ends are of: training or validation; any: of either")
PATH: Column = ("str", "name of the latent path in the config")
METRIC: Column = ("str", "name of the style metric in the config")
CLASS_A: Column = ("str", "class of the first end")
CLASS_B: Column = ("str", "class of the last end; the same as class_a within a class")
METHOD: Column = ("str", "clustering method: kmeans or spectral")
K: Column = ("int", "number of clusters")
