from django.apps import AppConfig
from django.conf import settings


class CarecenterConfig(AppConfig):
    name = "carecenter"

    def ready(self) -> None:
        """Make our Celery application the one that `@shared_task` uses, in every process that runs Django."""
        from carecenter import celery  # noqa: F401

        if settings.OTEL:
            from carecenter import telemetry

            telemetry.start()
