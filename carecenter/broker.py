"""A worker that stays able to hear when Valkey does not answer for a while.

kombu counts a message as under way until Valkey has taken its acknowledgement. When that times out Celery logs
"Couldn't ack" and goes on, and the message counts for ever: after as many of them as the worker has threads it takes
no message any more, until it is restarted. Our rows are the guarantee, so the place is given back either way.
"""

from typing import Any

from kombu.transport import redis, virtual


class GivingBackQoS(redis.QoS):
    def ack(self, delivery_tag: Any) -> None:
        try:
            super().ack(delivery_tag)
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        except BaseException:
            virtual.QoS.ack(self, delivery_tag)
            raise


def install() -> None:
    """For every connection that is made from here on."""
    redis.Channel.QoS = GivingBackQoS
