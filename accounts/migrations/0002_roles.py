"""The four roles the product ships with. Rows from here on: an administrator may change them."""

from django.db import migrations

AGENT = [
    "ticket.view", "ticket.reply", "ticket.note", "ticket.edit", "ticket.assign", "ticket.create", "customer.view",
    "customer.edit", "articles.read", "feedback.follow_up",
]  # fmt: skip
LEAD = [
    *AGENT, "customer.merge", "intake.view", "intake.replay", "replies.manage", "views.share", "articles.write",
    "articles.publish", "feedback.read",
]  # fmt: skip
MANAGER = [*LEAD, "journal.read"]
ADMIN = [*MANAGER, "users.manage", "inbox.manage", "surveys.manage"]


def create_roles(apps, schema_editor):
    Role = apps.get_model("accounts", "Role")
    for name, permissions in (("Agent", AGENT), ("Lead", LEAD), ("Manager", MANAGER), ("Admin", ADMIN)):
        Role.objects.get_or_create(name=name, defaults={"permissions": permissions})


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0003_roles"),
        ("accounts", "0004_inbox_and_reply_rights"),
        ("accounts", "0005_article_and_feedback_rights"),
    ]

    dependencies = [("accounts", "0001_people_and_brands")]

    operations = [migrations.RunPython(create_roles, migrations.RunPython.noop)]
