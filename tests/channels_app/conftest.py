"""An inbox of Nordlicht Home that takes mail at support@support.test."""

import pytest

from accounts.models import Brand
from channels_app.models import Connection
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory


@pytest.fixture
def connection(brand: Brand) -> Connection:
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    return ConnectionFactory(inbox=inbox, address="support@support.test")


@pytest.fixture
def other_connection(other_brand: Brand) -> Connection:
    """Of the other pool."""
    inbox = InboxFactory(brand=other_brand, key="hello", name="Hello")
    return ConnectionFactory(inbox=inbox, address="hello@weststern.test")
