"""The procedures of the stations."""

from tingchao.mechanisms.contact_stations.procedure.deliberation import DELIBERATION_TASKS, DELIBERATIONS
from tingchao.mechanisms.contact_stations.procedure.guidance import GUIDANCE
from tingchao.mechanisms.contact_stations.procedure.handed import CORE_TASKS, DRAFT_OPINIONS

__all__ = ["CORE_TASKS", "DELIBERATIONS", "DELIBERATION_TASKS", "DRAFT_OPINIONS", "GUIDANCE"]
