"""The addresses of what anybody may read: places, stations, what was made known, deputies."""

from __future__ import annotations

from django.urls import URLPattern, path

from tingchao.desk.views import deputies, known, places, portraits

site_paths: list[URLPattern] = [
    path("place/", places.place, name="place"),
    path("stations/", places.stations, name="stations"),
    path("stations/<int:station_id>/", places.station_page, name="station_page"),
    path("known/", known.known, name="known"),
    path("known/feed/", known.feed, name="feed"),
    path("known/<str:number>/", known.known_case, name="known_case"),
    path("deputies/", deputies.deputies, name="deputies"),
    path("deputies/<int:deputy_id>/", deputies.deputy, name="deputy"),
    path("deputies/<int:deputy_id>/photo-<str:digest>.jpg", portraits.face, name="face"),
]
