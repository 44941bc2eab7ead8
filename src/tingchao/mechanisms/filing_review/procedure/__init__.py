"""The procedures of filing and review as data: one module each."""

from tingchao.mechanisms.filing_review.procedure.chasing import CHASES
from tingchao.mechanisms.filing_review.procedure.filing import FILING
from tingchao.mechanisms.filing_review.procedure.requests import DEMANDS, REQUESTS

__all__ = ["CHASES", "DEMANDS", "FILING", "REQUESTS"]
