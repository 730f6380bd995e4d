from django.apps import AppConfig


class OutgoingConfig(AppConfig):
    name = "carecenter.lib.outgoing"
    label = "outgoing"
