from django.shortcuts import get_object_or_404

from accounts.models import User
from webhooks.models import Delivery, Webhook


def get_webhook_for(user: User, pk: int) -> Webhook:
    """404 for those of other brands."""
    return get_object_or_404(Webhook.objects.visible_to(user).select_related("brand"), pk=pk)


def get_delivery_for(user: User, pk: int) -> Delivery:
    rows = Delivery.objects.select_related("webhook__brand")
    return get_object_or_404(rows, pk=pk, webhook__in=Webhook.objects.visible_to(user))
