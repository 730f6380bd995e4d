"""What an inbox of a kind needs beside what every inbox has: the kind's own form, filled with what is kept."""

from typing import Any

from django.utils.module_loading import import_string

from carecenter.lib.sealing import Unreadable, unseal
from channels_app.kinds.base import About
from channels_app.kinds.settings_form import SettingsForm
from channels_app.models import Connection


def own_form(about: About, data: Any = None, connection: Connection | None = None) -> SettingsForm:
    """The kind's part. Its fields have a prefix, so that a kind may call one "name"."""
    form: type[SettingsForm] = import_string(about.settings_form) if about.settings_form else SettingsForm
    if connection is None:
        return form(data, prefix="own")
    try:
        kept = [name for name, value in unseal(connection.sealed).items() if value]
    except Unreadable:
        kept = []
    return form(data, prefix="own", initial=connection.config, kept=kept)


def config_of(connection: Connection, own: SettingsForm) -> dict[str, Any]:
    """What the form does not know stays: others keep settings there too. An empty field that was never set is none."""
    known = connection.config
    given = {
        name: value for name, value in own.config().items() if name in known or value not in ("", None, [])
    }
    return {**known, **given}
