from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.contact_stations.views import brain, deliberations, drafts, judging, opinions, tasks

app_name = "contact_stations"
urlpatterns = [
    path("drafts/", opinions.drafts, name="drafts"),
    path("drafts/<int:draft_id>/", opinions.draft, name="draft"),
    path("drafts/<int:draft_id>/say/", opinions.say, name="draft_say"),
    path("desk/deliberations/", deliberations.deliberations, name="deliberations"),
    path("desk/deliberations/new/", deliberations.new, name="deliberation_new"),
    path("desk/deliberations/of/<str:number>/", deliberations.of_case, name="deliberate_case"),
    path("desk/deliberations/judge/<int:meeting_id>/", judging.judge, name="judge"),
    path("desk/deliberations/<str:number>/", deliberations.deliberation, name="deliberation"),
    path("desk/deliberations/<str:number>/do/", deliberations.do, name="deliberation_do"),
    path("deliberations/<int:attendee_id>/<str:code>/", judging.mine, name="judge_mine"),
    path("desk/network/", brain.network, name="network"),
    path("desk/network/checks/", brain.check_list, name="check_list"),
    path("desk/network/about/<str:number>/", brain.guide_case, name="guide_case"),
    path("desk/network/<int:station_id>/", brain.brain, name="brain"),
    path("desk/network/<int:station_id>/do/", brain.brain_do, name="brain_do"),
    path("desk/tasks/", tasks.task_sets, name="task_sets"),
    path("desk/tasks/new/", tasks.hand_down, name="hand_down"),
    path("desk/tasks/<int:set_id>/", tasks.task_set, name="task_set"),
    path("desk/drafts/", drafts.drafts, name="desk_drafts"),
    path("desk/drafts/new/", drafts.new, name="draft_new"),
    path("desk/drafts/<int:draft_id>/", drafts.draft, name="desk_draft"),
    path("desk/drafts/<int:draft_id>/reply/", drafts.reply, name="draft_reply"),
]
