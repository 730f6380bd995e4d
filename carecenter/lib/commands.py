"""What our own commands of manage.py are made of."""

from django.core.management.base import BaseCommand


class QuickCommand(BaseCommand):
    """Begins at once: Django's look over all pages and models takes a second, and is the tests' business."""

    requires_system_checks = ()
