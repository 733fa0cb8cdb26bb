"""Figures from tables: layout, no computation beyond means over seeds. One module per chapter.

Every chapter has ``names(...)``, the file names of its figures without suffix, known before
anything is drawn, and ``draw(...)``, which makes them and returns their titles and captions.
"""
