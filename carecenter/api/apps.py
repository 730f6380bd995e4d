from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "carecenter.api"
    label = "api"
