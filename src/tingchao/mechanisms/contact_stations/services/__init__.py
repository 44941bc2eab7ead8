"""Writes of the stations: core tasks, drafts put to the public, deliberations."""

from tingchao.mechanisms.contact_stations.services.raisers import step_taken

__all__ = ["step_taken"]
