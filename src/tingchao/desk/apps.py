from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "tingchao.desk"
    label = "desk"
