from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.deputy_duty.views import appeals, participation, records, upper

app_name = "deputy_duty"
urlpatterns = [
    path("desk/duty/", records.deputies, name="records"),
    path("desk/duty/participation/", participation.participation, name="participation"),
    path("desk/duty/participation/gatherings/", participation.gatherings, name="gatherings"),
    path("desk/duty/participation/export/", participation.export, name="participation_export"),
    path("desk/duty/upper/", upper.upper, name="upper"),
    path("desk/duty/upper/template.xlsx", upper.template, name="upper_template"),
    path("desk/duty/appeals/new/", appeals.new, name="appeal_new"),
    path("desk/duty/appeals/<str:number>/", appeals.appeal, name="appeal"),
    path("desk/duty/appeals/<str:number>/correct/", appeals.correct, name="appeal_correct"),
    path("desk/duty/appeals/<str:number>/file/<str:digest>", appeals.file, name="appeal_file"),
    path("desk/duty/<int:deputy_id>/", records.record, name="record"),
    path("desk/duty/<int:deputy_id>/entries/", records.entries, name="entries"),
    path("desk/duty/<int:deputy_id>/paper/", records.paper, name="paper"),
    path("desk/duty/<int:deputy_id>/export/", records.export, name="export"),
]
