"""Training a model: the loop, its checkpoints, its epoch log, and the device that computes."""
