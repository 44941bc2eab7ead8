"""Rules on a document as a whole: its form, its times, who may interpret it, what it cites."""
