"""Trajectories: pairs of artworks, paths between them, style losses along them, their shapes."""
