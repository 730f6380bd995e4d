"""Sockets of the desk."""

from carecenter.lib.sockets import READERS
from tickets.consumers.desk import (
    FOREIGN_ORIGIN,
    NOT_SIGNED_IN,
    RIGHTS_CHANGED,
    TOO_MUCH,
    TOO_SLOW,
    DeskConsumer,
)

__all__ = [
    "FOREIGN_ORIGIN",
    "NOT_SIGNED_IN",
    "READERS",
    "RIGHTS_CHANGED",
    "TOO_MUCH",
    "TOO_SLOW",
    "DeskConsumer",
]
