"""Writes of filing and review. Each is one call, one transaction, its events."""

from tingchao.mechanisms.filing_review.services.filings import (
    expert_ask,
    expert_reply,
    filing_file,
    filings_settle,
    suggestion_file,
    text_refile,
)

__all__ = [
    "expert_ask",
    "expert_reply",
    "filing_file",
    "filings_settle",
    "suggestion_file",
    "text_refile",
]
