"""Speed of Stylewalk beside the obvious alternatives, measured in the same run: ``make bench``."""
