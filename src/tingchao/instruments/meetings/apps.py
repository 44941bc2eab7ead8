from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "tingchao.instruments.meetings"
    label = "meetings"
