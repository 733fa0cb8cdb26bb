"""What each figure of a study shows, in a sentence or two written from the study's tables."""
