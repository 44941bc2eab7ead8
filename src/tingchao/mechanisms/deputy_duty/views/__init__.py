"""Screens of deputies' duty."""
