from celery import shared_task

from carecenter.api.idempotency import delete_expired


@shared_task
def sweep_answers() -> None:
    delete_expired()
