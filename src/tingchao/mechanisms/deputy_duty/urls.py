from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.deputy_duty.views import appeals, corrections, participation, records, stories, upper

app_name = "deputy_duty"
urlpatterns = [
    path("stories/", stories.stories, name="stories"),
    path("stories/<int:story_id>/", stories.known, name="story_known"),
    path("desk/duty/stories/", stories.desk_stories, name="desk_stories"),
    path("desk/duty/stories/<int:story_id>/", stories.story, name="story"),
    path("desk/duty/stories/<int:story_id>/do/", stories.story_do, name="story_do"),
    path("desk/duty/stories/<int:story_id>/edit/", stories.story_edit, name="story_edit"),
    path("desk/duty/<int:deputy_id>/story/", stories.new, name="story_new"),
    path("desk/duty/", records.deputies, name="records"),
    path("desk/duty/participation/", participation.participation, name="participation"),
    path("desk/duty/participation/gatherings/", participation.gatherings, name="gatherings"),
    path("desk/duty/participation/export/", participation.export, name="participation_export"),
    path("desk/duty/upper/", upper.upper, name="upper"),
    path("desk/duty/upper/template.xlsx", upper.template, name="upper_template"),
    path("desk/duty/appeals/new/", appeals.new, name="appeal_new"),
    path("desk/duty/appeals/<str:number>/", appeals.appeal, name="appeal"),
    path("desk/duty/appeals/<str:number>/correct/", corrections.correct, name="appeal_correct"),
    path("desk/duty/appeals/<str:number>/file/<str:digest>", appeals.file, name="appeal_file"),
    path("desk/duty/<int:deputy_id>/", records.record, name="record"),
    path("desk/duty/<int:deputy_id>/entries/", records.entries, name="entries"),
    path("desk/duty/<int:deputy_id>/paper/", records.paper, name="paper"),
    path("desk/duty/<int:deputy_id>/export/", records.export, name="export"),
]
