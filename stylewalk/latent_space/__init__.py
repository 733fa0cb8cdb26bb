"""The latent space: encoding artworks, and the geometry, clusters, maps and neighbours in it."""
