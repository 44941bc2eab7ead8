from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "tingchao.instruments.codes"
    label = "codes"
