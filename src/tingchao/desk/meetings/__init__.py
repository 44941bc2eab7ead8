"""Gatherings on the screen: what is asked for, what may be done, how they are shown."""
