"""Reads of filing and review."""

from tingchao.mechanisms.filing_review.selectors.filings import (
    PAGE,
    Covered,
    consultation_get,
    consultations_for,
    consultations_of,
    coverage,
    experts_near,
    filing_of,
    filing_of_document,
    filings_page,
    filings_seen,
    makers_of,
    request_of,
    township_filings,
    townships_within,
)

__all__ = [
    "PAGE",
    "Covered",
    "consultation_get",
    "consultations_for",
    "consultations_of",
    "coverage",
    "experts_near",
    "filing_of",
    "filing_of_document",
    "filings_page",
    "filings_seen",
    "makers_of",
    "request_of",
    "township_filings",
    "townships_within",
]
