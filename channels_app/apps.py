from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "channels_app"

    def ready(self) -> None:
        from channels_app.registry import register_kinds

        register_kinds()
