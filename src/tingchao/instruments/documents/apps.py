from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "tingchao.instruments.documents"
    label = "documents"
