"""How agents set their desks up."""

from django.db import transaction

from accounts.models import User
from workforce.models import AgentSettings, Alert

SOUNDS_AT_FIRST = [Alert.CHAT_WAITING.value, Alert.CHAT_LINE.value]


def settings_of(user: User) -> AgentSettings:
    """The user's settings, those everybody starts with when nothing was stored."""
    stored = AgentSettings.objects.filter(pk=user.pk).first()
    return stored or AgentSettings(user=user, sounds=list(SOUNDS_AT_FIRST))


def change_settings(user: User, *, most_chats: int, sounds: list[str], notices: list[str]) -> AgentSettings:
    values = {"most_chats": most_chats, "sounds": sounds, "notices": notices}
    with transaction.atomic():
        settings, _created = AgentSettings.objects.update_or_create(user=user, defaults=values)
    return settings
