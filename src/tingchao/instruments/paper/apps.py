from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "tingchao.instruments.paper"
    label = "paper"
