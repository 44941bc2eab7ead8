from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.filing_review.views import experts, filings, public

app_name = "filing_review"
urlpatterns = [
    path("documents/", public.catalogue, name="catalogue"),
    path("documents/<int:document_id>/", public.document, name="document"),
    path("documents/<int:document_id>/suggest/", public.suggest, name="suggest"),
    path("desk/filings/", filings.filings, name="filings"),
    path("desk/filings/new/", filings.new, name="file_new"),
    path("desk/filings/coverage/", filings.covered, name="coverage"),
    path("desk/filings/<int:document_id>/", filings.filing, name="filing"),
    path("desk/filings/<int:document_id>/text/", filings.refile, name="refile"),
    path("desk/filings/<int:document_id>/compare/", filings.compare, name="compare"),
    path("desk/filings/<int:document_id>/expert/", filings.ask, name="ask_expert"),
    path("desk/filings/finding/<int:finding_id>/", filings.finding, name="finding"),
    path("desk/consultations/", experts.consultations, name="consultations"),
    path("desk/consultations/<int:consultation_id>/", experts.consultation, name="consultation"),
]
