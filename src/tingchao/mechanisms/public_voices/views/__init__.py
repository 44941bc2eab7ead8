"""The pages of voices, a file for each matter of theirs."""
