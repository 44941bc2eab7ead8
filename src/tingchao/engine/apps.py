from django.apps import AppConfig


class EngineConfig(AppConfig):
    name = "tingchao.engine"
    label = "engine"
