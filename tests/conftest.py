"""The people every test knows, a clock that stands still, and a fence around the machine.

alice and bob are agents of one team, charlie one of another pool; lead is their team lead, admin may do
everything. dana is a customer of alice's pool.
"""

import datetime
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from accounts.models import Brand, CustomerPool, Team, User
from carecenter.embedded.paths import DATABASE_NAME
from carecenter.lib.realtime import valkey
from customers.models import Customer
from tests import emptying, network, static_files
from tests.factories.accounts import BrandFactory, PoolFactory, TeamFactory, UserFactory, grant
from tests.factories.customers import CustomerFactory
from tickets.domain.search import indexing

network.guard()
emptying.install()
static_files.install()
os.fsync = lambda _: None  # nothing that a test keeps has to outlive a power cut
_numbers = itertools.count(1)

MONDAY_MORNING = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: at the end one worker would run it while the others have nothing left to do.

    Then browser files spread among the others: two at once are slower than one after the other.
    """
    place: dict[Path, float] = {}
    for in_browser in (True, False):
        mine = [item.path for item in items if bool(item.get_closest_marker("browser")) == in_browser]
        files = list(dict.fromkeys(mine))
        place |= {file: number / len(files) for number, file in enumerate(files)}
    items.sort(key=lambda item: -1 if item.get_closest_marker("slow") else place[item.path])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """The test's database begins as the cluster's own, which may have its tables already (tests/plugins/servers.py)."""
    connection.settings_dict["TEST"]["TEMPLATE"] = DATABASE_NAME


@pytest.fixture
def clock() -> Iterator[Any]:
    """It is Monday morning, and stays so until the test calls `clock.shift(seconds)` or `clock.move_to(…)`."""
    with time_machine.travel(MONDAY_MORNING, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def folders(settings: Any) -> None:
    """Mails and blobs of a test are its own. Their folders are made when something is kept: in most tests, never."""
    own = Path(os.environ["CARECENTER_DATA"]) / "kept" / str(next(_numbers))
    settings.MAIL_DIR = own / "mail"
    settings.BLOB_DIR = own / "blobs"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What earlier tests left beside the database: counts and caches in Valkey, words known to this process."""
    valkey().flushall()
    indexing._known.clear()


@pytest.fixture
def after_commit() -> Callable[[], AbstractContextManager[None]]:
    """`with after_commit():` runs what the block leaves for after the commit, inside a test's one transaction."""

    @contextmanager
    def run() -> Iterator[None]:
        before, connection.run_on_commit = connection.run_on_commit, []
        yield
        try:
            while connection.run_on_commit:
                waiting, connection.run_on_commit = connection.run_on_commit, []
                for _, callback, _ in waiting:
                    callback()
        finally:
            connection.run_on_commit = before

    return run


@pytest.fixture
def client_for() -> Callable[[User], Client]:
    """A browser in which the user has signed in."""

    def browser(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def pool(db: None) -> CustomerPool:
    return PoolFactory(name="Nordlicht")


@pytest.fixture
def brand(pool: CustomerPool) -> Brand:
    return BrandFactory(pool=pool, name="Nordlicht Home", slug="nordlicht-home")


@pytest.fixture
def second_brand(pool: CustomerPool) -> Brand:
    """Another brand of the same pool: its customers are the same people."""
    return BrandFactory(pool=pool, name="Nordlicht Garden", slug="nordlicht-garden")


@pytest.fixture
def team(pool: CustomerPool, alice: User, bob: User) -> Team:
    return TeamFactory(pool=pool, name="Service", members=[alice, bob])


@pytest.fixture
def other_pool(db: None) -> CustomerPool:
    return PoolFactory(name="Weststern")


@pytest.fixture
def other_brand(other_pool: CustomerPool) -> Brand:
    return BrandFactory(pool=other_pool, name="Weststern", slug="weststern")


@pytest.fixture
def other_team(other_pool: CustomerPool, charlie: User) -> Team:
    return TeamFactory(pool=other_pool, name="Weststern service", members=[charlie])


@pytest.fixture
def alice(brand: Brand) -> User:
    return grant(UserFactory(name="Alice Adams", email="alice@example.com"), "Agent", brand=brand)


@pytest.fixture
def bob(brand: Brand) -> User:
    return grant(UserFactory(name="Bob Brown", email="bob@example.com"), "Agent", brand=brand)


@pytest.fixture
def charlie(other_brand: Brand) -> User:
    return grant(UserFactory(name="Charlie Clark", email="charlie@example.com"), "Agent", brand=other_brand)


@pytest.fixture
def lead(brand: Brand) -> User:
    return grant(UserFactory(name="Lena Lead", email="lead@example.com"), "Lead", brand=brand)


@pytest.fixture
def admin(db: None) -> User:
    return grant(UserFactory(name="Ada Admin", email="admin@example.com"), "Admin")


@pytest.fixture
def nobody(db: None) -> User:
    """Signed in, but without any grant."""
    return UserFactory(name="Nora Nobody", email="nobody@example.com")


@pytest.fixture
def dana(pool: CustomerPool) -> Customer:
    return CustomerFactory(pool=pool, name="Dana Duarte", email="dana@example.net")
