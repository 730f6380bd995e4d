from celery import shared_task

from carecenter.lib.blobs import sweep


@shared_task
def sweep_orphans() -> None:
    sweep.sweep_rows()
    sweep.sweep_files()
