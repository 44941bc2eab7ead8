from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "tingchao.instruments.meetings"
    label = "meetings"

    def ready(self) -> None:
        from tingchao.engine.hanging import keeper_register
        from tingchao.instruments.meetings.services.leaving import Gatherings

        keeper_register(Gatherings())
