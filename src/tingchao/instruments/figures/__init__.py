"""Figures: declared by mechanisms, read from records, each with the records that stand behind it."""
