from celery import shared_task

from carecenter.policy_reports import keeping


@shared_task
def forget() -> None:
    keeping.forget()
