from __future__ import annotations

from django.urls import path

from tingchao.mechanisms.public_voices import views

app_name = "public_voices"
urlpatterns = [
    path("say/", views.say, name="say"),
    path("desk/voices/new/", views.record, name="record"),
]
