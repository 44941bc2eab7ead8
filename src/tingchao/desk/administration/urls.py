"""The addresses of administration, below /desk/."""

from __future__ import annotations

from django.urls import path, register_converter

from tingchao.desk.administration.kinds import KINDS
from tingchao.desk.views import admin, closing, entries, house, portraits, rosters


class KindConverter:
    """A kind of entry in an address."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(KindConverter, "kind")

ADMIN = [
    path("admin/", admin.home, name="admin"),
    path("admin/history/", admin.history, name="admin_history"),
    path("admin/installation/", house.installation, name="admin_installation"),
    path("admin/installation/rename/", house.installation_rename, name="admin_installation_rename"),
    path("admin/calendar/", house.calendar, name="admin_calendar"),
    path("admin/calendar/load/", house.calendar_take, name="admin_calendar_take"),
    path("admin/limits/", house.limits, name="admin_limits"),
    path("admin/limits/profile.json", house.profile, name="admin_profile"),
    path("admin/limits/load/", house.profile_take, name="admin_profile_take"),
    path("admin/limits/<slug:procedure>/<slug:stage>/", house.limit, name="admin_limit"),
    path("admin/rosters/", rosters.rosters, name="admin_rosters"),
    path("admin/rosters/template.xlsx", rosters.template, name="admin_roster_template"),
    path("admin/photos/", portraits.photos, name="admin_photos"),
    path("admin/photos/<int:deputy_id>/", portraits.photo, name="admin_photo"),
    path("admin/lookup/<kind:kind>/", entries.lookup, name="admin_lookup"),
    path("admin/<kind:kind>/", entries.listing, name="admin_list"),
    path("admin/<kind:kind>/new/", entries.new, name="admin_new"),
    path("admin/<kind:kind>/<str:pk>/", entries.entry, name="admin_entry"),
    path("admin/<kind:kind>/<str:pk>/close/", closing.close, name="admin_close"),
    path("admin/<kind:kind>/<str:pk>/<slug:key>/", entries.deed, name="admin_deed"),
]
