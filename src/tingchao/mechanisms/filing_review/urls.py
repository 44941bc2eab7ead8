from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.filing_review.views import (
    coverage,
    demands,
    experts,
    filings,
    letters,
    lists,
    public,
    review,
    steps,
)

app_name = "filing_review"
urlpatterns = [
    path("documents/", public.catalogue, name="catalogue"),
    path("documents/<int:document_id>/", public.document, name="document"),
    path("documents/<int:document_id>/suggest/", public.suggest, name="suggest"),
    path("desk/filings/", filings.filings, name="filings"),
    path("desk/filings/new/", filings.new, name="file_new"),
    path("desk/filings/coverage/", coverage.covered, name="coverage"),
    path("desk/filings/demand/", demands.demand, name="demand"),
    path("desk/filings/lists/", lists.lists, name="lists"),
    path("desk/filings/lists/chase/", lists.chase_all, name="chase_all"),
    path("desk/filings/lists/<int:maker_id>/<int:year>/", lists.maker_year, name="maker_year"),
    path("desk/filings/lists/<int:maker_id>/<int:year>/list/", lists.list_give, name="list_give"),
    path("desk/filings/lists/<int:maker_id>/<int:year>/chase/", lists.chase, name="chase"),
    path("desk/filings/receipts/<int:receipt_id>/", letters.receipt, name="receipt"),
    path("desk/filings/<int:document_id>/", review.filing, name="filing"),
    path("desk/filings/<int:document_id>/register/", steps.register, name="register"),
    path("desk/filings/<int:document_id>/assign/", steps.assign, name="assign"),
    path("desk/filings/<int:document_id>/text/", steps.refile, name="refile"),
    path("desk/filings/<int:document_id>/again/", steps.reopen, name="reopen"),
    path("desk/filings/<int:document_id>/repeal/", steps.repeal, name="repeal"),
    path("desk/filings/<int:document_id>/expert/", steps.ask, name="ask_expert"),
    path("desk/filings/<int:document_id>/inquiry/", steps.inquiry, name="inquiry"),
    path("desk/filings/<int:document_id>/remind/", steps.remind, name="remind"),
    path("desk/filings/<int:document_id>/letters/<int:sequence>/", letters.letter, name="letter"),
    path("desk/filings/<int:document_id>/compare/", review.compare, name="compare"),
    path("desk/filings/finding/<int:finding_id>/", review.finding, name="finding"),
    path("desk/consultations/", experts.consultations, name="consultations"),
    path("desk/consultations/<int:consultation_id>/", experts.consultation, name="consultation"),
]
