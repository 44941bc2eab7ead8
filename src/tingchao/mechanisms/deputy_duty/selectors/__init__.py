"""Reads of deputies' duty: records, participation, stories."""
