"""Web sessions as Django keeps them in the database, in rows that also say whose they are and when they end.

The columns are copies of what the session's own data say, so that people can see and end theirs. A session ends when it
was not used for a while, and at the latest some days after the sign-in; its row says when, for pages and sockets alike.
"""

import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import DateTimeField, Model, TextField

from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import in_seconds, now

BEGAN = "began_at"  # seconds since 1970, as are all times in a session's data
USED = "used_at"
DEVICE = "device"
LONGEST_DEVICE = 300
TOUCH_SECONDS = 300


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> Any:
        from accounts.models import WebSession

        return WebSession

    def _get_session_from_db(self) -> Any:
        row = _living(self.get_model_class()).first(key=self.session_key, now=now())
        if row is None:
            self._session_key = None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device = data.get(DEVICE, "")
        row.used_at = moment(data.get(USED))
        return row

    def get_expiry_age(self, **kwargs: Any) -> int:
        """So many seconds are left: of the time without use, or until the longest a session may live."""
        age: int = super().get_expiry_age(**kwargs)
        if BEGAN not in self:
            return age
        left = self[BEGAN] + settings.SESSION_LONGEST_SECONDS - now().timestamp()
        return max(0, min(age, int(left)))

    def get_expiry_date(self, **kwargs: Any) -> datetime.datetime:
        return in_seconds(self.get_expiry_age(**kwargs))

    def begin(self, *, device: str) -> None:
        """Somebody has signed in just now."""
        self[BEGAN] = self[USED] = now().timestamp()
        self[DEVICE] = device[:LONGEST_DEVICE]

    def touch(self) -> None:
        """It is in use: written down every five minutes at most."""
        used = self.get(USED)
        if used is not None and now().timestamp() - used >= TOUCH_SECONDS:
            self[USED] = now().timestamp()


@cache
def _living(sessions: type[Model]) -> Statement[Any]:
    """Every page begins with this question."""
    by_key = sessions._default_manager.filter(session_key=Given("key", TextField()))
    return Statement(by_key.filter(expire_date__gt=Given("now", DateTimeField())))


def moment(seconds: float | None) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)
