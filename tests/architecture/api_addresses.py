"""What the walk needs to know of the addresses of the API."""

from accounts import permissions as may
from tests.architecture.addressing import Address, Values, article_page, of, version_page
from tests.architecture.world import PART

WORDS: Values = lambda _world: {"q": PART}  # noqa: E731  one of several functions of the same form

API = {
    "api:articles": Address(
        {"GET": may.ARTICLES_READ, "POST": may.ARTICLES_WRITE},
        body={"brand": 1, "title": "Mine", "text": "Mine"},
    ),
    "api:articles-search": Address(
        may.ARTICLES_READ, query=lambda world: {"brand": world.brand.pk, "q": PART}
    ),
    "api:article": Address(
        {"GET": may.ARTICLES_READ, "PATCH": may.ARTICLES_WRITE}, of("used_article"), body={"review_on": None}
    ),
    "api:article-archive": Address(may.ARTICLES_PUBLISH, of("used_article")),
    "api:article-restore": Address(may.ARTICLES_PUBLISH, of("used_article")),
    "api:article-texts": Address(
        may.ARTICLES_WRITE, of("used_article"), body={"language": "de", "title": "Other words"}
    ),
    "api:article-text": Address(
        {"GET": may.ARTICLES_READ, "PATCH": may.ARTICLES_WRITE},
        of("used_article", language="en"),
        body={"title": "Other words"},
    ),
    "api:article-publish": Address(may.ARTICLES_PUBLISH, of("used_article", language="en")),
    "api:article-unpublish": Address(may.ARTICLES_PUBLISH, of("used_article", language="en")),
    "api:article-pictures": Address(may.ARTICLES_WRITE, of("article")),
    "api:gaps": Address(may.ARTICLES_READ),
    "api:gap-write": Address(may.ARTICLES_WRITE, of("miss")),
    "api:gap-settle": Address(may.ARTICLES_WRITE, of("miss")),
    "api:gap-reopen": Address(may.ARTICLES_WRITE, of("miss")),
    "api:imports": Address(may.ARTICLES_PUBLISH),
    "api:import": Address(may.ARTICLES_PUBLISH, of("import")),
    "api:import-pages": Address(may.ARTICLES_PUBLISH, of("import")),
    "api:import-start": Address(may.ARTICLES_PUBLISH, of("import")),
    "api:import-undo": Address(may.ARTICLES_PUBLISH, of("import")),
    "api:help-centre": Address(may.ARTICLES_PUBLISH, of("brand", "brand"), body={"mail_links": False}),
    "api:help-logo": Address(may.ARTICLES_PUBLISH, of("brand", "brand")),
    "api:help-logo-remove": Address(may.ARTICLES_PUBLISH, of("brand", "brand")),
    "api:help-logo-restore": Address(may.ARTICLES_PUBLISH, of("brand", "brand")),
    "api:article-schedule": article_page(may.ARTICLES_PUBLISH, body={"at": "2036-01-01T09:00:00Z"}),
    "api:article-unschedule": article_page(may.ARTICLES_PUBLISH),
    "api:article-text-remove": article_page(may.ARTICLES_WRITE),
    "api:article-versions": article_page({"GET": may.ARTICLES_READ, "POST": may.ARTICLES_WRITE}),
    "api:article-version": version_page(may.ARTICLES_READ),
    "api:article-version-restore": version_page(may.ARTICLES_WRITE),
    "api:article-version-publish": version_page(may.ARTICLES_PUBLISH),
    "api:categories": Address(
        {"GET": may.ARTICLES_READ, "POST": may.ARTICLES_PUBLISH}, body={"brand": 1, "names": {"en": "Mine"}}
    ),
    "api:brands": Address(),
    "api:teams": Address(),
    "api:users": Address(),
    "api:me": Address(own=True),
    "api:events": Address(may.JOURNAL_READ),
    "api:event": Address(may.JOURNAL_READ, of("position", "position")),
    "api:customers": Address({"GET": may.CUSTOMER_VIEW, "POST": may.CUSTOMER_EDIT}, query=WORDS),
    "api:customers-bulk": Address(may.CUSTOMER_EDIT, body={"rows": []}),
    "api:customer": Address({"GET": may.CUSTOMER_VIEW, "PATCH": may.CUSTOMER_EDIT}, of("customer")),
    "api:customer-identities": Address(
        may.CUSTOMER_EDIT, of("customer"), body={"kind": "email", "value": "new@example.net"}
    ),
    "api:customer-orders": Address(may.CUSTOMER_VIEW, of("customer", "customer")),
    "api:orders-bulk": Address(may.CUSTOMER_EDIT, body={"rows": []}),
    "api:orders": Address(may.CUSTOMER_VIEW, query=lambda world: {"customer": world["customer"]}),
    "api:tickets": Address(
        {"GET": may.TICKET_VIEW, "POST": may.TICKET_CREATE},
        query=lambda world: {"customer": world["customer"]},
        body={"kind": "internal", "subject": "Mine", "text": "Mine", "brand": 1},
    ),
    "api:ticket": Address(
        {"GET": may.TICKET_VIEW, "PATCH": may.TICKET_EDIT}, of("ticket"), body={"subject": "Other words"}
    ),
    "api:take": Address(may.TICKET_ASSIGN, of("ticket")),
    "api:ticket-merge": Address(may.TICKET_EDIT, of("ticket"), body={"into": 1}),
    "api:ticket-unmerge": Address(may.TICKET_EDIT, of("ticket")),
    "api:ticket-fields": Address(may.TICKET_VIEW),
    "api:ticket-contacts": Address(may.TICKET_VIEW, of("ticket", "ticket")),
    "api:ticket-participants": Address(may.TICKET_VIEW, of("ticket", "ticket")),
    "api:ticket-messages": Address(
        {"GET": may.TICKET_VIEW, "POST": may.TICKET_NOTE},
        of("ticket", "ticket"),
        body={"audience": "internal", "text": "A note"},
    ),
    "api:ticket-log": Address(may.TICKET_NOTE, of("ticket"), body={"kind": "phone", "text": "She called"}),
    "api:ticket-split": Address(may.TICKET_EDIT, of("ticket"), body={"messages": [1]}),
    "api:message": Address(may.TICKET_VIEW, of("message")),
    "api:message-take-back": Address(may.TICKET_REPLY, of("message")),
    "api:message-send-again": Address(may.TICKET_REPLY, of("message")),
    "api:message-arrived": Address(may.TICKET_REPLY, of("message")),
    "api:uploads": Address(may.TICKET_VIEW),
    "api:attachment": Address(may.TICKET_VIEW, of("file", "token")),
    "api:contacts": Address(may.TICKET_VIEW, query=lambda world: {"ticket": world["ticket"]}),
    "api:contact": Address(may.TICKET_VIEW, of("contact")),
    "api:inboxes": Address(may.TICKET_VIEW),
    "api:answers": Address(may.FEEDBACK_READ, query=lambda world: {"ticket": world["ticket"]}),
    "api:answer": Address(may.FEEDBACK_READ, of("feedback_answer")),
    "api:followups": Address(may.FEEDBACK_FOLLOW_UP, query=lambda world: {"ticket": world["ticket"]}),
    "api:followup": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up")),
    "api:followup-take": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up")),
    "api:followup-owner": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"owner": None}),
    "api:followup-step": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"step": "listen"}),
    "api:followup-note": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"note": "Called"}),
    "api:followup-end": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"outcome": "explained"}),
    "api:followup-reopen": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up")),
    "api:ticket-unsplit": Address(may.TICKET_EDIT, of("ticket")),
    "api:ticket-spam": Address(may.INTAKE_REPLAY, of("ticket")),
    "api:ticket-no-spam": Address(may.INTAKE_REPLAY, of("ticket")),
    "api:bulk": Address(
        {"GET": may.TICKET_VIEW, "POST": may.TICKET_EDIT},
        body={"verb": "priority", "priority": "high", "tickets": [1]},
    ),
    "api:job": Address(may.TICKET_VIEW, of("job"), own=True),
    "api:job-stop": Address(may.TICKET_VIEW, of("job"), own=True),
    "api:job-undo": Address(may.TICKET_VIEW, of("job"), own=True),
    "api:tags": Address(may.TAGS_MANAGE),
    "api:tags-change": Address(may.TAGS_MANAGE, body={"tag": "one", "to": "two"}),
    "api:replies": Address(may.TICKET_REPLY, body={"title": "Mine", "text": "Mine"}),
    "api:reply": Address(may.TICKET_REPLY, of("canned"), body={"title": "Other words"}),
    "api:reply-delete": Address(may.TICKET_REPLY, of("canned")),
    "api:reply-fill": Address(may.TICKET_REPLY, of("canned"), body={"ticket": 1}),
    "api:views": Address(may.TICKET_VIEW, body={"name": "Mine", "query": "x"}),
    "api:view": Address(may.TICKET_VIEW, of("view"), own=True, body={"name": "Other words"}),
    "api:view-share": Address(may.TICKET_VIEW, of("view"), own=True),
    "api:view-delete": Address(may.TICKET_VIEW, of("view"), own=True),
    "api:view-restore": Address(may.TICKET_VIEW, of("gone_view"), own=True),
    "api:customer-merge": Address(may.CUSTOMER_MERGE, of("customer"), body={"into": 1}),
    "api:customer-unmerge": Address(may.CUSTOMER_MERGE, of("customer")),
    "api:customer-proposals": Address(may.CUSTOMER_VIEW, of("customer")),
    "api:customer-notes": Address(
        {"GET": may.CUSTOMER_VIEW, "POST": may.CUSTOMER_EDIT}, of("customer", "customer"), body={"text": "x"}
    ),
    "api:proposal-join": Address(may.CUSTOMER_MERGE, of("proposal")),
    "api:proposal-dismiss": Address(may.CUSTOMER_MERGE, of("proposal")),
    "api:note-delete": Address(may.CUSTOMER_EDIT, of("note")),
    "api:chats": Address(may.TICKET_REPLY),
    "api:chat": Address(may.TICKET_REPLY, of("chat")),
    "api:chat-lines": Address(may.TICKET_REPLY, of("chat"), body={"text": "Hello"}),
    "api:chat-typing": Address(may.TICKET_REPLY, of("chat")),
    "api:chat-read": Address(may.TICKET_REPLY, of("chat"), body={"to": 1}),
    "api:chat-take": Address(may.TICKET_REPLY, of("chat")),
    "api:chat-hand-over": Address(may.TICKET_REPLY, of("chat"), body={"user": 1}),
    "api:signature-mine": Address(may.TICKET_REPLY, body={"text": "Mine"}, own=True),
    "api:signature-of-brand": Address(may.REPLIES_MANAGE, of("brand", "brand"), body={"text": "Mine"}),
    "api:signature-of-inbox": Address(may.REPLIES_MANAGE, of("inbox", "inbox"), body={"text": "Mine"}),
    "api:category": Address(
        {"GET": may.ARTICLES_READ, "PATCH": may.ARTICLES_PUBLISH}, of("category"), body={"icon": "user"}
    ),
    "api:category-delete": Address(may.ARTICLES_PUBLISH, of("category")),
    "api:categories-order": Address(may.ARTICLES_PUBLISH, body={"brand": 1, "ids": [1]}),
    "api:customer-consents": Address(
        {"GET": may.CUSTOMER_VIEW, "POST": may.CUSTOMER_EDIT}, of("customer"), body={"calls": False}
    ),
    "api:organisation": Address(may.CUSTOMER_MERGE, of("organisation"), body={"shares_tickets": True}),
    "api:intake": Address(may.INTAKE_VIEW),
    "api:intake-record": Address(may.INTAKE_VIEW, of("record")),
    "api:intake-replay": Address(may.INTAKE_REPLAY, of("record")),
    "api:intake-open-anyway": Address(may.INTAKE_REPLAY, of("record")),
    "api:intake-ignore": Address(may.INTAKE_REPLAY, of("record")),
    "api:intake-block": Address(may.INTAKE_REPLAY, of("record")),
    "api:blocked-senders": Address(may.INTAKE_REPLAY),
    "api:blocked-sender-unblock": Address(may.INTAKE_REPLAY, of("blocked")),
    "api:chat-end": Address(may.TICKET_REPLY, of("chat")),
}
