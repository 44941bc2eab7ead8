from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.public_voices.views import (
    following,
    phones,
    receiving,
    recording,
    saying,
    told,
    voters,
)

app_name = "public_voices"
urlpatterns = [
    path("say/", saying.say, name="say"),
    path("say/photo/<str:token>", saying.photo, name="photo"),
    path("say/similar/", following.similar, name="similar"),
    path("f/<str:number>/<str:code>/", following.follow, name="follow"),
    path("desk/voices/new/", recording.record, name="record"),
    path("desk/voices/<str:number>/phone/", phones.phone, name="phone"),
    path("desk/hearing/", receiving.hearing, name="hearing"),
    path("desk/hearing/walk/", receiving.walk_begin, name="walk_begin"),
    path("desk/hearing/<int:meeting_id>/", receiving.room, name="room"),
    path("desk/hearing/<int:meeting_id>/<int:attendee_id>/", receiving.turn, name="turn"),
    path("desk/hearing/<int:meeting_id>/said/<str:number>/", told.told, name="told"),
    path("desk/voters/", voters.voters, name="voters"),
    path("desk/voters/near/", voters.near, name="voters_near"),
    path("desk/voters/<int:voter_id>/", voters.voter, name="voter"),
    path("desk/voters/copy/", voters.copy, name="voters_copy"),
    path("desk/voters/confirm/", voters.confirm, name="voters_confirm"),
    path("desk/voters/load/", voters.load, name="voters_load"),
    path("desk/voters/take/", voters.take, name="voters_take"),
    path("m/<str:number>/<str:passcode>/phone/", phones.mine, name="my_phone"),
]
