"""What crosses no border: kinds of contacts that a colleague writes down."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from carecenter.lib.kinds import Capability, Kind, register


class ByHand(models.TextChoices):
    PHONE = "phone", _("Phone call")
    VISIT = "visit", _("Visit")
    INTERNAL = "internal", _("Internal")


ICONS = {ByHand.PHONE: "phone", ByHand.VISIT: "walk", ByHand.INTERNAL: "note"}
LOGGED = (ByHand.PHONE, ByHand.VISIT)


def register_kinds() -> None:
    written = frozenset({Capability.BY_HAND, Capability.HTML})
    register(*(Kind(kind.value, kind.label, ICONS[kind], written) for kind in ByHand))
