"""The pictures: which there are, what is known of them, how they are read; the painter's own."""
