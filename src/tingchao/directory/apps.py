from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "tingchao.directory"
    label = "directory"
