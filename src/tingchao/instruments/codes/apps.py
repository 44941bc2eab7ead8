from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "tingchao.instruments.codes"
    label = "codes"

    def ready(self) -> None:
        from tingchao.instruments.codes.sheets import sheets_register

        sheets_register()
