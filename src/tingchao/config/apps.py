from django.apps import AppConfig


class HouseConfig(AppConfig):
    name = "tingchao.config"
    label = "house"
