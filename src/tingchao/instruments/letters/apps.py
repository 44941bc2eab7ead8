from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "tingchao.instruments.letters"
    label = "letters"
