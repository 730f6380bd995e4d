"""The addresses of webhooks, page and API."""

from accounts import permissions as may
from tests.architecture.addressing import Address, of

HOOK = of("webhook")
WEBHOOKS = {
    "webhooks:list": Address(may.WEBHOOKS_MANAGE),
    "webhooks:new": Address(may.WEBHOOKS_MANAGE),
    "webhooks:webhook": Address(may.WEBHOOKS_MANAGE, HOOK, query=lambda _world: {"state": "given_up"}),
    "webhooks:edit": Address(may.WEBHOOKS_MANAGE, HOOK),
    "webhooks:switch": Address(may.WEBHOOKS_MANAGE, HOOK, body={"on": "0"}),
    "webhooks:rotate": Address(may.WEBHOOKS_MANAGE, HOOK),
    "webhooks:try": Address(may.WEBHOOKS_MANAGE, HOOK),
    "webhooks:all_again": Address(may.WEBHOOKS_MANAGE, HOOK),
    "webhooks:delete": Address(may.WEBHOOKS_MANAGE, HOOK),
    "webhooks:delivery": Address(may.WEBHOOKS_MANAGE, of("webhook_delivery")),
    "webhooks:again": Address(may.WEBHOOKS_MANAGE, of("webhook_delivery")),
    "api:webhooks": Address(may.WEBHOOKS_MANAGE, body={"name": "Shop", "url": "https://shop.example/"}),
    "api:webhook": Address(may.WEBHOOKS_MANAGE, HOOK),
    "api:webhook-change": Address(may.WEBHOOKS_MANAGE, HOOK, body={"name": "Shop"}),
    "api:webhook-delete": Address(may.WEBHOOKS_MANAGE, HOOK),
    "api:webhook-try": Address(may.WEBHOOKS_MANAGE, HOOK),
    "api:webhook-secret": Address(may.WEBHOOKS_MANAGE, HOOK),
    "api:deliveries": Address(may.WEBHOOKS_MANAGE, HOOK),
    "api:delivery-again": Address(may.WEBHOOKS_MANAGE, of("webhook_delivery")),
}
