"""Reads of filings and of what was asked about them."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from tingchao.core.roles import Role
from tingchao.directory.actors import Actor
from tingchao.directory.models import Account, Body, Grant
from tingchao.directory.selectors import bodies_for
from tingchao.engine.models import Case, Event
from tingchao.instruments.documents.models import Document
from tingchao.instruments.documents.policy import bodies_of, scopes_seen
from tingchao.mechanisms.filing_review.models import Consultation, Filing, Inquiry, Receipt, ReviewRequest

PAGE = 25


def makers_of(actor: Actor) -> list[Body]:
    """The bodies for which the actor files: those that make rules, which communities do not."""
    rows = Body.objects.filter(pk__in=bodies_of(actor), active=True).exclude(kind=Body.Kind.COMMUNITY)
    return list(rows.select_related("region").order_by("id"))


def filings_seen(actor: Actor) -> QuerySet[Filing]:
    """Every filing that the actor reads: their own body's, or all within their scope."""
    own = Q(document__maker__in=bodies_of(actor))
    for scope in scopes_seen(actor):
        own |= Q(document__region__code__startswith=scope)
    rows = Filing.objects.filter(own).select_related("case", "document__maker")
    return rows.defer("document__plain", "document__words", "case__text")


def filings_page(actor: Actor, *, view: str = "", after: int = 0) -> tuple[list[Filing], int]:
    """One page, the newest first, and the cursor of the next; `view`: open, late, closed or all. One SQL statement."""
    rows = filings_seen(actor)
    narrowed = {
        "open": Q(case__closed_at__isnull=True),
        "late": Q(late_by__gt=0),
        "closed": Q(case__closed_at__isnull=False),
    }
    if view in narrowed:
        rows = rows.filter(narrowed[view])
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else 0


def filing_of_document(document: Document) -> Filing | None:
    """The matter in which a document was filed."""
    return Filing.objects.select_related("case").filter(document=document).first()


def filing_of(case: Case) -> Filing | None:
    """Which document a matter is about; None when it is none of ours."""
    rows = Filing.objects.select_related("document__maker").defer("document__plain", "document__words")
    return rows.filter(pk=case.pk).first()


def request_of(case: Case) -> Document | None:
    """The document that a suggestion is about; None when the matter is none."""
    rows = ReviewRequest.objects.select_related("document").defer("document__plain", "document__words")
    found = rows.filter(pk=case.pk).first()
    return None if found is None else found.document


def experts_near(region_code: str, day: date) -> list[Account]:
    """The experts who may be asked about a document of a region."""
    held = Grant.objects.filter(role=str(Role.EXPERT), since__lte=day).filter(
        Q(until__isnull=True) | Q(until__gt=day)
    )
    levels = ["", *(region_code[:level] for level in (2, 4, 6, 9, 12))]
    ids = held.filter(scope__in=levels).values("account")
    return list(Account.objects.filter(pk__in=ids, is_active=True).order_by("id")[:200])


def consultations_of(case_id: int) -> list[Consultation]:
    """Everybody who was asked about a matter, with what they said."""
    rows = Consultation.objects.select_related("expert", "body").filter(case=case_id)
    return list(rows.order_by("id"))


def _asked_of(actor: Actor) -> Q:
    """What was sent to an actor, or to the bodies they handle for."""
    asked = Q(body__in=bodies_of(actor))
    if actor.kind == "account" and any(hold.role is Role.EXPERT for hold in actor.holds):
        asked |= Q(expert=actor.id)
    return asked


def consultations_for(actor: Actor) -> list[Consultation]:
    """What somebody was sent, what waits for an answer first. One SQL statement."""
    rows = Consultation.objects.select_related("version__document__maker").filter(_asked_of(actor))
    rows = rows.defer("version__document__plain", "version__document__words", "version__text")
    return list(rows.order_by("-replied_at", "due_on", "-id")[:200])


def consultation_get(consultation_id: int, actor: Actor) -> Consultation | None:
    """One thing that this expert, or this body, was sent; None for everybody else's."""
    if consultation_id >= 2**63:
        return None
    rows = Consultation.objects.select_related("version__document__maker", "case").filter(_asked_of(actor))
    return rows.filter(pk=consultation_id).first()


def inquiries_of(case_id: int) -> list[Inquiry]:
    """How a document was looked at."""
    return list(Inquiry.objects.select_related("meeting").filter(case=case_id).order_by("id"))


def receipts_of(case_id: int) -> list[Receipt]:
    """The receipts that were given for a filing."""
    return list(Receipt.objects.filter(case=case_id).order_by("id"))


def receipt_get(receipt_id: int) -> tuple[Receipt, Filing] | None:
    """A receipt with the filing it was given for; None when there is none."""
    rows = Receipt.objects.filter(pk=receipt_id) if receipt_id < 2**63 else Receipt.objects.none()
    found = rows.first()
    if found is None:
        return None
    filing = Filing.objects.select_related("document__maker").defer("document__plain", "document__words")
    return found, filing.get(pk=found.case_id)


LETTERS = {"suspend", "suspend_text", "return_filing", "talk", "inquire", "opine", "mend_again", "set_term",
           "reminded", "advised", "notify", "insist"}  # fmt: skip
"""Steps by which the maker is written to."""


def letters_of(case_id: int) -> list[Event]:
    """What the maker was written, in its order."""
    return list(Event.objects.filter(case=case_id, action__in=LETTERS).order_by("sequence"))


def letter_get(case_id: int, sequence: int) -> Event | None:
    """One letter, by its place in the matter's history."""
    if sequence >= 2**31:
        return None
    return Event.objects.filter(case=case_id, action__in=LETTERS, sequence=sequence).first()


def offices_near(region_code: str, leave_out: int) -> list[Body]:
    """The bodies that may be asked about a document of a region: committees, offices of Party and government."""
    rows = bodies_for(region_code, organs=True).exclude(pk=leave_out).exclude(kind=Body.Kind.COMMUNITY)
    return list(rows[:300])


def sender_near(region_code: str) -> str:
    """In whose name letters about a document of a region go out: the standing committee nearest to it, where known."""
    rows = bodies_for(region_code, organs=True).filter(kind=Body.Kind.CONGRESS, name__endswith="人大常委会")
    return rows.values_list("name", flat=True).first() or ""


def committees_near(region_code: str) -> list[Body]:
    """The bodies of the congress that a document of a region may be sent to."""
    return list(bodies_for(region_code, organs=True).filter(kind=Body.Kind.CONGRESS)[:100])
