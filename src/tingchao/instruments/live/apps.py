from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "tingchao.instruments.live"
    label = "live"
