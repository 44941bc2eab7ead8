"""Pages of the stations: core tasks, drafts put to the public."""
