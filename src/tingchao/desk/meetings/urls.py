"""The addresses of gatherings, in the desk and on the public side."""

from __future__ import annotations

from django.urls import URLPattern, path

from tingchao.desk.views import live, live_desk, meeting_rooms, meetings, meetings_public, plans

MEETINGS: list[URLPattern] = [
    path("meetings/", meetings.meetings, name="meetings"),
    path("meetings/new/", meetings.meeting_new, name="meeting_new"),
    path("meetings/calendar/", meetings.calendar, name="calendar"),
    path("meetings/plans/", plans.plans, name="plans"),
    path("meetings/plans/<int:plan_id>/", plans.plan, name="plan"),
    path("meetings/plans/<int:plan_id>/do/", plans.plan_do, name="plan_do"),
    path("meetings/<int:meeting_id>/", meetings.meeting, name="meeting"),
    path("meetings/<int:meeting_id>/do/", meetings.meeting_do, name="meeting_do"),
    path("meetings/<int:meeting_id>/in/", meeting_rooms.sign_in, name="meeting_in"),
    path("meetings/<int:meeting_id>/live/", live_desk.moderate, name="live"),
    path("meetings/<int:meeting_id>/live/do/", live_desk.do, name="live_do"),
    path("meetings/<int:meeting_id>/live/screen/", live_desk.screen, name="live_screen"),
    path("meetings/<int:meeting_id>/screen/", meeting_rooms.screen, name="meeting_screen"),
    path("meetings/<int:meeting_id>/sheet/", meeting_rooms.sheet, name="meeting_sheet"),
    path("meetings/<int:meeting_id>/file/<str:digest>", meeting_rooms.file, name="meeting_file"),
]

PUBLIC_MEETINGS: list[URLPattern] = [
    path("meetings/<int:meeting_id>/", meetings_public.meeting, name="meeting"),
    path("meetings/<int:meeting_id>/here/", meetings_public.arrive, name="meeting_arrive"),
    path("meetings/<int:meeting_id>/news/<str:code>/", meetings_public.news, name="meeting_news"),
    path(
        "meetings/<int:meeting_id>/<int:attendee_id>/<str:code>/", meetings_public.mine, name="meeting_mine"
    ),
    path("live/<int:meeting_id>/", live.page, name="live"),
    path("live/<int:meeting_id>/state.json", live.state, name="live_state"),
    path("live/<int:meeting_id>/ask/", live.ask, name="live_ask"),
    path("live/<int:meeting_id>/react/", live.react, name="live_react"),
    path("live/<int:meeting_id>/here/", live.here, name="live_here"),
    path("live/<int:meeting_id>/<str:name>", live.part, name="live_part"),
    path("calendar/<int:account_id>/<str:secret>.ics", meetings_public.calendar, name="calendar"),
    path("stations/<int:station_id>/calendar.ics", meetings_public.of_station, name="station_calendar"),
]
