from django.apps import AppConfig


class CarecenterConfig(AppConfig):
    name = "carecenter"

    def ready(self) -> None:
        """Make our Celery application the one that `@shared_task` uses, in every process that runs Django."""
        from carecenter import celery  # noqa: F401
