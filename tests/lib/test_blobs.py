import datetime
import os
from threading import Barrier, Thread

import pytest
from django.db import connection

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.sniff import sniff
from carecenter.lib.blobs.storage import path_of, read, store
from carecenter.lib.blobs.sweep import sweep_files, sweep_rows
from carecenter.lib.time import now
from tests.factories.tickets import MessageFactory
from tickets.models import Attachment

LONG_AGO = datetime.timedelta(days=3)


def age(blob: Blob) -> None:
    Blob.objects.filter(pk=blob.pk).update(created_at=now() - LONG_AGO)
    then = (now() - LONG_AGO).timestamp()
    os.utime(path_of(blob.sha256), (then, then))


def test_bytes_come_back(db: None) -> None:
    blob = store(b"\x89PNG\r\n\x1a\n...")
    assert (read(blob), blob.content_type, blob.size) == (b"\x89PNG\r\n\x1a\n...", "image/png", 11)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"plain words", "text/plain"),
        ("naïve".encode(), "text/plain"),
        (b"<html><script>", "text/plain"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"", "text/plain"),
    ],
)
def test_type_is_what_the_bytes_are(content: bytes, media_type: str) -> None:
    assert sniff(content) == media_type


def test_sweep_takes_only_old_blobs_nobody_uses(db: None) -> None:
    used, unused, young = store(b"used"), store(b"unused"), store(b"young")
    Attachment.objects.create(message=MessageFactory(), blob=used, name="a", content_type="text/plain")
    age(used)
    age(unused)
    assert sweep_rows() == 1
    assert set(Blob.objects.all()) == {used, young}
    assert not path_of(unused.sha256).exists()


def test_sweep_takes_files_without_a_row(db: None) -> None:
    kept, lost = store(b"kept"), store(b"lost")
    age(kept)
    age(lost)
    lost_path = path_of(lost.sha256)
    lost.delete()
    assert sweep_files() == 1
    assert not lost_path.exists()
    assert path_of(kept.sha256).exists()


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_the_same_bytes_share_a_row() -> None:
    barrier = Barrier(2)
    found: list[int] = []

    def work() -> None:
        barrier.wait(5)
        found.append(store(b"same bytes").pk)
        connection.close()

    threads = [Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(found) == 2
    assert len(set(found)) == 1
