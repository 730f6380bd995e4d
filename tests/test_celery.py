"""What a worker does around each task."""

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.db import connection

from carecenter.celery import app


@pytest.fixture
def around_a_task():
    """As Celery calls before a task and after it; tests run theirs at once, without that."""
    fixup = DjangoWorkerFixup(app)

    def pass_by():
        fixup.close_database()
        task_prerun.send(sender=None)
        fixup.close_database()

    return pass_by


def backend():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_the_connection_outlives_tasks_and_a_dead_one_is_made_anew(transactional_db, around_a_task):
    before = backend()
    around_a_task()
    assert backend() == before
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
    other.close()
    around_a_task()
    assert backend() != before
