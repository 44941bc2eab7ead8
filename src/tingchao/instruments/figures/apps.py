from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "tingchao.instruments.figures"
    label = "figures"
