"""Writes of filing and review."""

from tingchao.mechanisms.filing_review.services.consulting import (
    Asked,
    Looked,
    expert_ask,
    expert_reply,
    filing_assign,
    inquiry_note,
    opinion_ask,
    reminder_send,
)
from tingchao.mechanisms.filing_review.services.filings import (
    Refiled,
    filing_file,
    filing_refile,
    filing_register,
    filing_reopen,
    filing_repeal,
    filings_settle,
    text_refile,
)
from tingchao.mechanisms.filing_review.services.lists import chase_open, items_chase, list_keep, lists_chase
from tingchao.mechanisms.filing_review.services.reminding import consultations_remind
from tingchao.mechanisms.filing_review.services.requests import demand_file, suggestion_file

__all__ = [
    "Asked",
    "Looked",
    "Refiled",
    "chase_open",
    "consultations_remind",
    "demand_file",
    "expert_ask",
    "expert_reply",
    "filing_assign",
    "filing_file",
    "filing_refile",
    "filing_register",
    "filing_reopen",
    "filing_repeal",
    "filings_settle",
    "inquiry_note",
    "items_chase",
    "list_keep",
    "lists_chase",
    "opinion_ask",
    "reminder_send",
    "suggestion_file",
    "text_refile",
]
