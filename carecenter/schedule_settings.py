"""What the worker does by the clock. The fast path is a task sent on commit; these are the guarantee behind it.

carecenter.settings takes them all.
"""

from typing import Any


def every(tasks: dict[str, tuple[str, float, int]]) -> dict[str, dict[str, Any]]:
    """{name: (task, every so many seconds, one that waited so many is not worth running)} as Celery wants it."""
    return {
        name: {"task": task, "schedule": float(seconds), "options": {"expires": expires}}
        for name, (task, seconds, expires) in tasks.items()
    }


CELERY_BEAT_SCHEDULE = every(
    {
        "journal-sweep": ("journal.tasks.sweep", 2, 5),
        "inbound-sweep": ("channels_app.tasks.sweep_inbound", 2, 5),
        "chat-sweep": ("channels_app.tasks.sweep_chats", 15, 20),
        "outbox-sweep": ("channels_app.tasks.sweep_outbox", 1, 5),
        "presence-sweep": ("workforce.tasks.sweep_presence", 20, 20),
        "holidays-ahead": ("workforce.tasks.fill_holidays", 3600, 600),
        "search-sweep": ("tickets.tasks.sweep_search", 1, 3),
        "search-words": ("tickets.tasks.forget_search_words", 300, 200),
        "portal-codes": ("portal.tasks.sweep_codes", 3, 5),
        "data-requests": ("portal.tasks.sweep_requests", 60, 60),
        "pool-exports": ("portal.tasks.sweep_exports", 60, 60),
        "retention": ("portal.tasks.erase_old", 120, 110),
        "article-meaning": ("knowledge_base.tasks.sweep_meaning", 10, 9),
        "snooze-sweep": ("tickets.tasks.wake_snoozed", 5, 10),
        "mailbox-watch": ("channels_app.tasks.watch_mailboxes", 30, 60),
        "import-sweep": ("knowledge_base.tasks.sweep_imports", 10, 20),
        "ticket-imports": ("channels_app.tasks.sweep_ticket_imports", 10, 20),
        "visit-sweep": ("knowledge_base.tasks.forget_visits", 3600, 600),
        "article-sweep": ("knowledge_base.tasks.publish_due", 10, 20),
        "upload-sweep": ("tickets.tasks.sweep_uploads", 3600, 600),
        "bulk-sweep": ("tickets.tasks.sweep_bulk", 5, 10),
        "ended-teams": ("tickets.tasks.clear_ended_teams", 5, 10),
        "webhooks": ("webhooks.tasks.sweep", 2, 4),
        "webhook-log": ("webhooks.tasks.forget", 3600, 600),
        "insights": ("insights.tasks.count", 3, 6),
        "board-mails": ("insights.tasks.mail_boards", 60, 50),
        "survey-sweep": ("feedback.tasks.sweep_surveys", 5, 10),
        "survey-sums": ("feedback.tasks.add_up", 5, 10),
        "account-mail-sweep": ("accounts.tasks.sweep_mails", 10, 20),
        "api-answer-sweep": ("carecenter.api.tasks.sweep_answers", 3600, 600),
        "policy-reports": ("carecenter.policy_reports.tasks.forget", 3600, 600),
        "session-sweep": ("accounts.tasks.sweep_sessions", 3600, 600),
        "blob-sweep": ("carecenter.lib.blobs.tasks.sweep_orphans", 3600, 600),
    }
)
