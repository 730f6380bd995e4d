"""What docs/api.md tells people to type works, in the order it is told."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.factories.accounts import api_token, grant
from tests.factories.channels import ConnectionFactory
from tickets.models import Attachment, Message, Ticket

PAGE = Path(settings.BASE_DIR) / "docs" / "api.md"


@pytest.mark.django_db(transaction=True)
def test_every_example_of_the_page_works(live_server, alice, ticket, inbox, dana):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    script = "set -e\n" + "\n".join(re.findall(r"```bash\n(.*?)```", PAGE.read_text(), re.DOTALL))
    grant(alice, "Admin")
    ConnectionFactory(inbox=inbox)
    variables = {
        "CARECENTER": live_server.url,
        "TOKEN": api_token(alice),
        "TICKET": str(ticket.pk),
        "INBOX": str(inbox.pk),
        "CUSTOMER": str(dana.pk),
        "POOL": str(dana.pool_id),
        "BRAND": str(inbox.brand_id),
    }
    run = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags) == (3, ["late", "recall"])
    assert Message.objects.filter(ticket=ticket).count() == 3
    assert Attachment.objects.get(message__ticket=ticket).name == "bill.txt"
    assert Ticket.objects.count() == 2
    assert list(dana.pool.customers.exclude(pk=dana.pk).values_list("name", "orders__number")) == [
        ("Frida", "A-1")
    ]


def test_the_page_names_every_error_and_the_limit():
    text = PAGE.read_text()
    assert all(
        code in text for code in ("401", "403", "404", "409", "412", "413", "415", "422", "428", "429", "503")
    )
    assert f"{settings.API_RATE_PER_MINUTE:,} requests a minute" in text
