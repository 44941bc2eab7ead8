from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.public_voices.views import phones, recording, saying

app_name = "public_voices"
urlpatterns = [
    path("say/", saying.say, name="say"),
    path("say/photo/<str:token>", saying.photo, name="photo"),
    path("desk/voices/new/", recording.record, name="record"),
    path("desk/voices/<str:number>/phone/", phones.phone, name="phone"),
    path("m/<str:number>/<str:passcode>/phone/", phones.mine, name="my_phone"),
]
