"""Stylewalk: walk through the latent space of autoencoders and measure style at every step."""

__version__ = "0.1.0"
