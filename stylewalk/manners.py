"""The names of the painter's manners, for those who need not wait for its brushes."""

MANNERS = ("Expressionism", "Impressionism", "Realism", "Romanticism")
