"""Hours in which nobody is asked anything, on the customer's own wall clock. Pure."""

import datetime as dt
import zoneinfo

from accounts.models import Brand
from carecenter.lib import zones
from customers.models import Customer
from feedback.models.surveys import FeedbackSettings


def zone_for(customer: Customer | None, brand: Brand) -> zoneinfo.ZoneInfo:
    """The customer's, else the brand's, else UTC: imported data may name zones there are not."""
    wanted = (customer.zone if customer else "", brand.zone)
    return zoneinfo.ZoneInfo(next((name for name in wanted if name in zones.names()), "UTC"))


def is_quiet(at: dt.datetime, rules: FeedbackSettings, zone: zoneinfo.ZoneInfo) -> bool:
    """From the first minute of the quiet hours to the last; the same time twice means never."""
    start, end = rules.quiet_from, rules.quiet_until
    clock = at.astimezone(zone).time()
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def after_quiet(at: dt.datetime, rules: FeedbackSettings, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """`at`, or when the quiet hours it falls into are over."""
    if not is_quiet(at, rules, zone):
        return at
    day = at.astimezone(zone).date()
    for ahead in range(3):
        end = dt.datetime.combine(day + dt.timedelta(days=ahead), rules.quiet_until, zone)
        if (moment := end.astimezone(dt.UTC)) > at:
            return moment
    return at
