from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "feedback"

    def ready(self) -> None:
        from feedback.domain.letters import PREFIX, keys_of
        from tickets.domain import private_links

        private_links.register(PREFIX, keys_of)
