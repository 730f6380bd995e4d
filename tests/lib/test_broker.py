"""What kombu does when an acknowledgement does not come through, on the Valkey of the tests."""

import pytest
import redis
from django.conf import settings
from kombu import Connection

from carecenter import celery  # noqa: F401 -- installs our part


@pytest.mark.parametrize("verb", ["ack", "reject"])
def test_acknowledgement_that_is_lost_gives_its_place_back(verb, monkeypatch):
    with Connection(settings.CELERY_BROKER_URL) as connection:
        channel = connection.channel()
        connection.SimpleQueue("acknowledgements", channel=channel).put("one")
        channel.basic_qos(0, 1, False)
        taken = []
        channel.basic_consume("acknowledgements", False, taken.append, "here")
        connection.drain_events(timeout=5)
        (message,) = taken
        assert not channel.qos.can_consume()

        def times_out(*arguments, **options):
            raise redis.TimeoutError("stopped")

        monkeypatch.setattr(channel.qos, "_remove_from_indices", times_out)
        with pytest.raises(redis.TimeoutError):
            getattr(message, verb)()
        assert channel.qos.can_consume()
