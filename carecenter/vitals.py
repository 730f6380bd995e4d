"""All vital signs: those of the machine, and those each app says of itself (`wiring.VITALS`)."""

import platform
import shutil

import django
import redis
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from carecenter.celery import app
from carecenter.lib.outgoing import way
from carecenter.lib.realtime import valkey
from carecenter.lib.vitals import Limits, State, Unit, Vital, counted

PING_SECONDS = 1.0
LEAST_FREE, LEAST_SHARE = 1_000_000_000, 0.1
DATABASE_SQL = """
SELECT pg_database_size(current_database()), current_setting('max_connections')::int,
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')
"""


def all_vitals() -> list[Vital]:
    """About a dozen cheap questions. Raises what the database raises when it is away."""
    found = of_machine()
    for path in import_string(settings.VITALS_WIRING):
        found += import_string(path)()
    return found


def worst(found: list[Vital]) -> State:
    return max((vital.state for vital in found), default=State.OK)


def of_machine() -> list[Vital]:
    return [valkey_answers(), workers(), disk(), *database(), outgoing_mail()]


def valkey_answers() -> Vital:
    try:
        answers = bool(valkey().ping())
    except (redis.RedisError, OSError):
        answers = False
    advice = _("Start Valkey or correct REDIS_URL: live screens and quick work wait for it, nothing is lost.")
    state = State.OK if answers else State.TROUBLE
    return Vital("valkey_up", _("Valkey answers"), int(answers), Unit.FLAG, state, advice)


def workers() -> Vital:
    """Those that answer; the first is waited for, not all."""
    try:
        count = len(app.control.ping(timeout=PING_SECONDS, limit=1))
    except (OperationalError, redis.RedisError, OSError):
        count = 0
    state = State.OK if count else State.TROUBLE
    advice = _("Start a worker: until then nothing is sent, asked or counted.")
    return Vital("workers_up", _("A worker answers"), int(bool(count)), Unit.FLAG, state, advice)


def disk() -> Vital:
    """Free space where files and mails are kept."""
    usage = shutil.disk_usage(settings.BLOB_DIR if settings.BLOB_DIR.exists() else settings.DATA_DIR)
    is_low = usage.free < LEAST_SHARE * usage.total
    state = State.TROUBLE if usage.free < LEAST_FREE else State.WARNING if is_low else State.OK
    advice = _("Make room on the disk of the data folder: without it no mail is taken any more.")
    return Vital("disk_free_bytes", _("Free on the disk of files"), usage.free, Unit.BYTES, state, advice)


def database() -> list[Vital]:
    with connection.cursor() as cursor:
        cursor.execute(DATABASE_SQL)
        size, most, connections = cursor.fetchone()
    limits = Limits(warning=0.8 * most, trouble=0.95 * most)
    advice = _("Raise max_connections of PostgreSQL or run fewer processes.")
    return [
        Vital("database_bytes", _("Size of the database"), size, Unit.BYTES),
        counted("database_connections", _("Connections to the database"), connections, limits, advice=advice),
    ]


def outgoing_mail() -> Vital:
    """Outside the demo, mail that is only kept as files reaches nobody."""
    is_set = bool(way.current())
    state = State.OK if is_set or settings.DEMO else State.TROUBLE
    advice = _("Set it under Administration, Outgoing mail: until then mail is kept as files.")
    return Vital("smtp_set", _("A server for outgoing mail is set"), int(is_set), Unit.FLAG, state, advice)


def versions() -> dict[str, str]:
    """What runs here."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split()[0]
    return {"Python": platform.python_version(), "Django": django.__version__, "PostgreSQL": postgres}
