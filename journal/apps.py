from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "journal"

    def ready(self) -> None:
        from journal import checks, tasks  # noqa: F401  checks registers itself
        from journal.domain.recording import set_courier

        set_courier(tasks.send)
