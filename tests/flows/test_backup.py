"""Backup and restore by their commands, between two data folders with servers of their own."""

import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests import begun
from tests.stacks import with_tables

ROOT = Path(__file__).resolve().parent.parent.parent
FILL = """
from accounts.models import Brand, CustomerPool, User
from carecenter.lib.blobs.storage import store
pool = CustomerPool.objects.create(name="Pool")
Brand.objects.create(pool=pool, name="Brand Ä", slug="brand")
User.objects.create_user("kim@example.com", "correct horse battery", name="Kim")
store(b"a file" * 1000)
"""
LOOK = """
from accounts.models import Brand, User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import read
from django.conf import settings
user = User.objects.get()
assert user.check_password("correct horse battery")
print(Brand.objects.get().name, user.email, len(read(Blob.objects.get())), settings.SECRET_KEY)
"""


def manage(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    environment |= {"CARECENTER_DATA": str(data), "CARECENTER_SECRET_KEY": ""}
    return subprocess.run(
        [ROOT / "bin" / "manage", *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("filled") / "data"
    begun.copy(begun.folder_with_tables(with_tables), data)
    done = manage(data, "shell", "-v0", "-c", FILL)
    assert done.returncode == 0, done.stderr
    return data


@pytest.fixture(scope="module")
def backup(filled: Path) -> Path:
    target = filled.with_name("backup.tar")
    done = manage(filled, "backup", str(target))
    assert done.returncode == 0, done.stderr
    return target


def test_restored_installation_is_the_one_that_was_backed_up(
    filled: Path, backup: Path, tmp_path: Path
) -> None:
    restored = tmp_path / "restored"
    done = manage(restored, "restore", str(backup))
    assert done.returncode == 0, done.stderr
    seen = manage(restored, "shell", "-v0", "-c", LOOK).stdout
    assert seen.startswith("Brand Ä kim@example.com 6000 ")
    assert seen == manage(filled, "shell", "-v0", "-c", LOOK).stdout


def test_restore_into_an_installation_with_people_is_refused(filled: Path, backup: Path) -> None:
    done = manage(filled, "restore", str(backup))
    assert done.returncode == 1
    assert "has people already" in done.stderr


def test_damaged_backup_is_told(backup: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.tar"
    with tarfile.open(backup) as archive:
        start = archive.getmember("database.dump").offset_data
    cut.write_bytes(backup.read_bytes()[: start + 2000])
    done = manage(tmp_path / "empty", "restore", str(cut))
    assert done.returncode == 1
    assert "no whole backup" in done.stderr
