"""What the walk needs to know of every address: sample values, and the permission it asks for.

A new address gets a line here, or the walk fails.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from accounts import permissions as may
from tests.architecture.world import PART, World

Values = Callable[[World], dict[str, Any]]


@dataclass(frozen=True)
class Address:
    """`needs`: the permission of all methods, or one each; None where being signed in is enough.

    `values`: of the address's parameters. `query`: what a page is asked with, to try its filters on foreign rows.
    `everywhere`: only for who has the permission in all brands. `own`: of the person alone.
    """

    needs: str | dict[str, str] | None = None
    values: Values = lambda _world: {}
    query: Values = lambda _world: {}
    everywhere: bool = False
    own: bool = False
    body: dict[str, Any] = field(default_factory=dict)

    def needs_for(self, method: str) -> str | None:
        return self.needs.get(method) if isinstance(self.needs, dict) else self.needs


def of(name: str, parameter: str = "pk", **more: Any) -> Values:
    """The address of one row of the world: `of("ticket")` gives {"pk": its id}."""
    return lambda world: {parameter: world[name], **more}


def ticket_page(code: str, **more: Any) -> Address:
    return Address(code, of("ticket"), **more)


def article_page(code: str, **more: Any) -> Address:
    """Of an article in one language."""
    return Address(code, of("article", language="en"), **more)


def version_page(code: str) -> Address:
    return Address(code, of("article", language="en", number=1))


def customer_page(code: str, name: str = "customer", **more: Any) -> Address:
    return Address(code, of(name), **more)


WORDS: Values = lambda _world: {"q": PART}  # noqa: E731  one of several functions of the same form


def ticket_article(world: World) -> dict[str, Any]:
    return {"pk": world["ticket"], "article_pk": world["used_article"]}


ADDRESSES = {
    "accounts:sign_out_everywhere": Address(own=True),
    "accounts:profile": Address(own=True),
    "accounts:change_password": Address(own=True),
    "accounts:second_factor": Address(own=True),
    "accounts:confirm": Address(own=True),
    "accounts:security": Address(own=True),
    "accounts:authenticator": Address(own=True),
    "accounts:remove_authenticator": Address(own=True),
    "accounts:new_recovery_codes": Address(own=True),
    "accounts:end_session": Address(own=True),
    "accounts:person_sign_out": Address(may.USERS_MANAGE, of("person")),
    "accounts:set_up": Address(own=True),
    "accounts:role_factors": Address(may.USERS_MANAGE, everywhere=True),
    "accounts:passkey_new": Address(own=True),
    "accounts:passkey_ask_new": Address(own=True),
    "accounts:passkey_remove": Address(own=True),
    "accounts:brands": Address(may.BRANDS_MANAGE),
    "accounts:brand_new": Address(may.BRANDS_MANAGE, everywhere=True),
    "accounts:brand_preview": Address(may.BRANDS_MANAGE),
    "accounts:brand": Address(may.BRANDS_MANAGE, of("brand")),
    "accounts:brand_archive": Address(may.BRANDS_MANAGE, of("brand")),
    "accounts:brand_restore": Address(may.BRANDS_MANAGE, of("brand")),
    "accounts:brand_delete": Address(may.BRANDS_MANAGE, of("brand")),
    "accounts:teams": Address(may.USERS_MANAGE),
    "accounts:team_new": Address(may.USERS_MANAGE),
    "accounts:team": Address(may.USERS_MANAGE, of("team")),
    "accounts:team_add": Address(may.USERS_MANAGE, of("team")),
    "accounts:team_remove": Address(
        may.USERS_MANAGE, lambda world: {"pk": world["team"], "person_pk": world["person"]}
    ),
    "tickets:tags": Address(may.TAGS_MANAGE),
    "tickets:tag_change": Address(may.TAGS_MANAGE, query=lambda world: {"tag": world["tag"]}),
    "tickets:tag_job": Address(may.TAGS_MANAGE, of("job"), own=True),
    "tickets:tag_undo": Address(may.TAGS_MANAGE, of("job"), own=True),
    "tickets:audit": Address(may.JOURNAL_READ, query=lambda world: {"ticket": "1", "person": PART}),
    "tickets:audit_csv": Address(may.JOURNAL_READ),
    "tickets:team_end": Address(may.USERS_MANAGE, of("team")),
    "accounts:tokens": Address(),
    "accounts:token_new": Address(),
    "accounts:token_revoke": Address(None, of("token")),
    "accounts:people": Address(may.USERS_MANAGE, query=WORDS),
    "accounts:invite": Address(may.USERS_MANAGE),
    "accounts:person": Address(may.USERS_MANAGE, of("person")),
    "accounts:add_grant": Address(may.USERS_MANAGE, of("person")),
    "accounts:remove_grant": Address(
        may.USERS_MANAGE, lambda world: {"pk": world["person"], "grant_pk": world["grant"]}
    ),
    "accounts:invite_again": Address(may.USERS_MANAGE, of("person")),
    "accounts:deactivate": Address(may.USERS_MANAGE, of("person")),
    "accounts:activate": Address(may.USERS_MANAGE, of("person")),
    "accounts:reset_factors": Address(may.USERS_MANAGE, of("person")),
    "accounts:parked": Address(may.JOURNAL_READ, everywhere=True),
    "administration": Address(),
    "health": Address(may.JOURNAL_READ, everywhere=True),
    "accounts:replay": Address(may.JOURNAL_READ, of("failure"), everywhere=True),
    "tickets:desk": Address(may.TICKET_VIEW, query=lambda world: {"view": "all", "team": world["team"]}),
    "tickets:counts": Address(may.TICKET_VIEW),
    "tickets:catch_up": Address(
        may.TICKET_VIEW, query=lambda world: {"rows": f"{world['ticket']}:0", "back": "?view=all"}
    ),
    "tickets:search": Address(may.TICKET_VIEW, query=WORDS),
    "tickets:palette": Address(may.TICKET_VIEW, query=WORDS),
    "tickets:suggestions": Address(may.TICKET_VIEW, query=lambda _world: {"name": "assignee", "typed": ""}),
    "tickets:views": Address(may.TICKET_VIEW),
    "tickets:view_change": Address(may.TICKET_VIEW, of("view"), own=True),
    "tickets:view_share": Address(may.TICKET_VIEW, of("view"), own=True),
    "tickets:view_move": Address(may.TICKET_VIEW, of("view"), own=True),
    "tickets:view_delete": Address(may.TICKET_VIEW, of("view"), own=True),
    "tickets:view_restore": Address(may.TICKET_VIEW, of("gone_view"), own=True),
    "tickets:new": Address(may.TICKET_CREATE, query=lambda world: {"customer": world["customer"]}),
    "tickets:find_customers": Address(may.CUSTOMER_VIEW, query=WORDS),
    "tickets:ticket": ticket_page(may.TICKET_VIEW),
    "tickets:live": ticket_page(may.TICKET_VIEW),
    "tickets:earlier": ticket_page(may.TICKET_VIEW),
    "tickets:pick": Address(may.TICKET_VIEW, of("ticket", field="assignee")),
    "tickets:take": ticket_page(may.TICKET_ASSIGN),
    "tickets:assign": ticket_page(may.TICKET_ASSIGN),
    "tickets:team": ticket_page(may.TICKET_ASSIGN),
    "tickets:status": ticket_page(may.TICKET_EDIT),
    "tickets:priority": ticket_page(may.TICKET_EDIT),
    "tickets:tag": ticket_page(may.TICKET_EDIT),
    "tickets:subject": ticket_page(may.TICKET_EDIT),
    "tickets:write": ticket_page(may.TICKET_REPLY),
    "tickets:log": ticket_page(may.TICKET_NOTE),
    "tickets:composer": ticket_page(may.TICKET_VIEW),
    "tickets:draft": ticket_page(may.TICKET_REPLY),
    "tickets:attach": ticket_page(may.TICKET_REPLY),
    "tickets:snooze": ticket_page(may.TICKET_EDIT, body={"to": ""}),
    "tickets:snooze_own": ticket_page(may.TICKET_EDIT),
    "tickets:merge": ticket_page(may.TICKET_EDIT, query=WORDS, body={"into": "1"}),
    "tickets:split": ticket_page(may.TICKET_EDIT),
    "tickets:unmerge": Address(may.TICKET_EDIT, of("ticket_merge")),
    "tickets:unsplit": Address(may.TICKET_EDIT, of("split")),
    "tickets:bulk": Address({"POST": may.TICKET_EDIT}, body={"verb": "priority", "to": "4", "ids": "1"}),
    "tickets:bulk_pick": Address(query=lambda _world: {"verb": "priority"}),
    "tickets:bulk_snooze": Address(),
    "tickets:bulk_merge": Address(query=lambda world: {"ids": world["ticket"]}),
    "tickets:bulk_job": Address(None, of("job"), own=True),
    "tickets:bulk_stop": Address(None, of("job"), own=True),
    "tickets:bulk_undo": Address(None, of("job"), own=True),
    "tickets:customer_timeline": customer_page(may.CUSTOMER_VIEW),
    "tickets:message_html": Address(may.TICKET_VIEW, of("message")),
    "tickets:take_back": Address(may.TICKET_REPLY, of("answer")),
    "tickets:retry": Address(may.TICKET_REPLY, of("answer")),
    "tickets:settle": Address(may.TICKET_REPLY, of("answer"), body={"outcome": "arrived"}),
    "tickets:file": Address(may.TICKET_VIEW, of("file", "token")),
    "tickets:picture": Address(may.TICKET_VIEW, of("file", "token")),
    "tickets:detach": Address(may.TICKET_VIEW, of("unsent", "token"), own=True),
    "tickets:canned": Address(may.TICKET_REPLY),
    "tickets:canned_new": Address(may.TICKET_REPLY),
    "tickets:canned_edit": Address(may.TICKET_REPLY, of("canned")),
    "tickets:canned_delete": Address(may.TICKET_REPLY, of("canned")),
    "tickets:canned_choices": ticket_page(may.TICKET_REPLY),
    "tickets:canned_use": Address(
        may.TICKET_REPLY, lambda world: {"pk": world["ticket"], "reply_pk": world["canned"]}
    ),
    "articles:list": Address(may.ARTICLES_READ, query=WORDS),
    "articles:new": Address({"POST": may.ARTICLES_WRITE}, body={"title": "Mine"}),
    "articles:links": Address(may.ARTICLES_READ, of("brand", "brand_pk"), query=WORDS),
    "articles:categories": Address(may.ARTICLES_READ, query=lambda world: {"brand": world["brand"]}),
    "articles:category_new": Address(may.ARTICLES_PUBLISH, of("brand", "brand_pk")),
    "articles:category_order": Address(may.ARTICLES_PUBLISH, of("brand", "brand_pk")),
    "articles:category": Address(may.ARTICLES_PUBLISH, of("category")),
    "articles:category_delete": Address(may.ARTICLES_PUBLISH, of("category")),
    "articles:article": Address(may.ARTICLES_READ, of("article")),
    "articles:properties": Address(may.ARTICLES_WRITE, of("article")),
    "articles:pictures": Address(may.ARTICLES_WRITE, of("article")),
    "articles:languages": Address(may.ARTICLES_WRITE, of("article"), body={"language": "fr"}),
    "articles:archive": Address(may.ARTICLES_PUBLISH, of("article")),
    "articles:restore": Address(may.ARTICLES_PUBLISH, of("article")),
    "articles:text": article_page(may.ARTICLES_READ, query=lambda _world: {"beside": "de"}),
    "articles:language_remove": article_page(may.ARTICLES_WRITE),
    "articles:draft": article_page(may.ARTICLES_WRITE, body={"version": "1", "title": "Mine"}),
    "articles:publish": article_page(may.ARTICLES_PUBLISH),
    "articles:schedule": article_page(may.ARTICLES_PUBLISH, body={"day": "2036-01-01", "time": "09:00"}),
    "articles:unschedule": article_page(may.ARTICLES_PUBLISH),
    "articles:unpublish": article_page(may.ARTICLES_PUBLISH),
    "articles:versions": article_page(may.ARTICLES_READ),
    "articles:version_keep": article_page(may.ARTICLES_WRITE),
    "articles:version": version_page(may.ARTICLES_READ),
    "articles:version_restore": version_page(may.ARTICLES_WRITE),
    "articles:version_publish": version_page(may.ARTICLES_PUBLISH),
    "workforce:hours": Address(may.INBOX_MANAGE),
    "workforce:hours_new": Address(may.INBOX_MANAGE),
    "workforce:hours_edit": Address(may.INBOX_MANAGE, of("hours")),
    "workforce:hours_delete": Address(may.INBOX_MANAGE, of("hours")),
    "workforce:presence": Address(own=True, body={"state": "away"}),
    "workforce:me": Address(own=True),
    "workforce:alerts": Address(own=True),
    "customers:list": Address(may.CUSTOMER_VIEW, query=WORDS),
    "customers:detail": customer_page(may.CUSTOMER_VIEW),
    "customers:panel": customer_page(may.CUSTOMER_VIEW),
    "customers:edit": customer_page(may.CUSTOMER_EDIT),
    "customers:identity_add": customer_page(may.CUSTOMER_EDIT),
    "customers:note_add": customer_page(may.CUSTOMER_EDIT),
    "customers:merge": customer_page(may.CUSTOMER_MERGE),
    "customers:search": customer_page(may.CUSTOMER_VIEW, query=WORDS),
    "customers:note_delete": customer_page(may.CUSTOMER_EDIT, "note"),
    "customers:unmerge": customer_page(may.CUSTOMER_MERGE, "merge"),
    "customers:proposal_join": customer_page(may.CUSTOMER_MERGE, "proposal"),
    "customers:proposal_dismiss": customer_page(may.CUSTOMER_MERGE, "proposal"),
    "customers:consent": customer_page(may.CUSTOMER_EDIT, body={"purpose": "calls", "given": "no"}),
    "customers:organisation": customer_page(may.CUSTOMER_MERGE, "organisation"),
    "privacy:list": Address(may.CUSTOMER_VIEW),
    "privacy:report": Address(may.CUSTOMER_VIEW, of("data_request")),
    "privacy:decide": Address(may.CUSTOMER_MERGE, of("data_request")),
    "privacy:panel": customer_page(may.CUSTOMER_VIEW),
    "survey:shown": Address(may.TICKET_VIEW, of("invitation")),
    "surveys:list": Address(may.SURVEYS_MANAGE),
    "surveys:start": Address(may.SURVEYS_MANAGE, of("brand")),
    "surveys:new": Address(may.SURVEYS_MANAGE, of("brand")),
    "surveys:preview": Address(may.SURVEYS_MANAGE, of("brand")),
    "surveys:brand": Address(may.SURVEYS_MANAGE, of("brand")),
    "surveys:edit": Address(may.SURVEYS_MANAGE, of("survey")),
    "surveys:switch": Address(may.SURVEYS_MANAGE, of("survey")),
    "surveys:delete": Address(may.SURVEYS_MANAGE, of("survey")),
    "surveys:rule_new": Address(may.SURVEYS_MANAGE, of("brand")),
    "surveys:rule": Address(may.SURVEYS_MANAGE, of("survey_rule")),
    "surveys:rule_move": Address(may.SURVEYS_MANAGE, of("survey_rule")),
    "surveys:rule_delete": Address(may.SURVEYS_MANAGE, of("survey_rule")),
    "inboxes:list": Address(may.INBOX_MANAGE),
    "inboxes:trial": Address(may.INBOX_MANAGE),
    "inboxes:new": Address(may.INBOX_MANAGE, query=lambda _world: {"kind": "form"}),
    "inboxes:edit": Address(may.INBOX_MANAGE, of("inbox")),
    "inboxes:rotate": Address(may.INBOX_MANAGE, lambda world: {"pk": world["inbox"], "name": "messages"}),
    "channels_app:intake": Address(may.INTAKE_VIEW),
    "channels_app:record": Address(may.INTAKE_VIEW, of("record")),
    "channels_app:raw": Address(may.INTAKE_VIEW, of("record")),
    "channels_app:replay": Address(may.INTAKE_REPLAY, of("record")),
    "channels_app:open_anyway": Address(may.INTAKE_REPLAY, of("record")),
    "channels_app:ignore": Address(may.INTAKE_REPLAY, of("record")),
    "channels_app:block": Address(may.INTAKE_REPLAY, of("record")),
    "channels_app:blocked": Address(may.INTAKE_REPLAY),
    "channels_app:unblock": Address(may.INTAKE_REPLAY, of("blocked")),
    "chats:page": Address(may.TICKET_REPLY),
    "chats:state": Address(may.TICKET_REPLY),
    "chats:waiting": Address(may.TICKET_REPLY),
    "chats:chat": Address(may.TICKET_REPLY, of("chat")),
    "chats:take": Address(may.TICKET_REPLY, of("chat")),
    "chats:say": Address(may.TICKET_REPLY, of("chat"), body={"text": "Hello", "id": "one"}),
    "chats:say_file": Address(may.TICKET_REPLY, of("chat"), body={"id": "two"}),
    "chats:hand_over": Address(may.TICKET_REPLY, of("chat")),
    "chats:end": Address(may.TICKET_REPLY, of("chat")),
    "mailboxes:mailbox": Address(may.INBOX_MANAGE, of("inbox")),
    "mailboxes:state": Address(may.INBOX_MANAGE, of("inbox")),
    "mailboxes:test": Address(may.INBOX_MANAGE, of("inbox")),
    "mailboxes:test_state": Address(
        may.INBOX_MANAGE, lambda world: {"pk": world["inbox"], "test_pk": world["mailbox_test"]}
    ),
    "broken_links:page": Address(may.ARTICLES_READ),
    "help_look:first": Address(may.ARTICLES_PUBLISH),
    "help_look:page": Address(may.ARTICLES_PUBLISH, of("brand")),
    "help_look:logo": Address(may.ARTICLES_PUBLISH, of("brand"), body={"logo": "take-light"}),
    "deflection:page": Address(may.ARTICLES_READ, query=lambda world: {"brand": world["brand"]}),
    "deflection:held_out": Address(may.ARTICLES_PUBLISH, of("brand"), body={"held_out": "10"}),
    "feedback:results": Address(may.FEEDBACK_READ, query=lambda _world: {"span": "365", "by": "agent"}),
    "feedback:answers": Address(may.FEEDBACK_READ, query=WORDS),
    "feedback:answers_csv": Address(may.FEEDBACK_READ),
    "feedback:figures_csv": Address(may.FEEDBACK_READ, query=lambda _world: {"by": "team"}),
    "feedback:mine": Address(own=True),
    "feedback:my_answers": Address(own=True),
    "feedback:follow_ups": Address(may.FEEDBACK_FOLLOW_UP, query=lambda _world: {"view": "all"}),
    "feedback:follow_up": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up")),
    "feedback:step": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"step": "listen", "done": "yes"}),
    "feedback:note": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"note": "Called"}),
    "feedback:owner": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"owner": ""}),
    "feedback:take": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up")),
    "feedback:end": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up"), body={"outcome": "explained"}),
    "feedback:reopen": Address(may.FEEDBACK_FOLLOW_UP, of("follow_up")),
    "insights:dashboard": Address(may.INSIGHTS_VIEW, query=lambda _world: {"span": "365"}),
    "insights:beside": Address(may.INSIGHTS_VIEW, query=lambda _world: {"span": "365"}),
    "insights:tags": Address(may.INSIGHTS_VIEW),
    "insights:me": Address(may.TICKET_REPLY, own=True),
    "insights:my_cases": Address(may.TICKET_REPLY, query=lambda _world: {"metric": "solved"}, own=True),
    "insights:numbers_xlsx": Address(may.INSIGHTS_VIEW),
    "insights:cases_csv": Address(may.INSIGHTS_VIEW, query=lambda _world: {"metric": "created"}),
    "insights:cases_xlsx": Address(may.INSIGHTS_VIEW, query=lambda _world: {"metric": "created"}),
    "insights:boards": Address(may.INSIGHTS_VIEW),
    "insights:board_new": Address(may.INSIGHTS_VIEW, body={"name": "Mine"}),
    "insights:board": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:board_change": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:board_mail": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:tile_add": Address(may.INSIGHTS_VIEW, of("board"), own=True, body={"what": "metric:solved"}),
    "insights:tile_remove": Address(may.INSIGHTS_VIEW, of("board", tile="one"), own=True),
    "insights:tile_move": Address(may.INSIGHTS_VIEW, of("board", tile="one"), own=True),
    "insights:board_delete": Address(may.INSIGHTS_VIEW, of("board"), own=True),
    "insights:board_restore": Address(may.INSIGHTS_VIEW, of("gone_board"), own=True),
    "insights:now": Address(may.INSIGHTS_VIEW),
    "insights:now_numbers": Address(may.INSIGHTS_VIEW),
    "insights:wall": Address(may.INSIGHTS_VIEW),
    "insights:wall_numbers": Address(may.INSIGHTS_VIEW),
    "insights:link_new": Address(may.INSIGHTS_VIEW, body={"name": "Hall"}),
    "insights:link_revoke": Address(may.INSIGHTS_VIEW, of("wall_link"), own=True),
    "insights:cases": Address(may.INSIGHTS_VIEW, query=lambda _world: {"metric": "created"}),
    "insights:definitions": Address(may.INSIGHTS_VIEW),
    "insights:numbers_csv": Address(may.INSIGHTS_VIEW, query=lambda _world: {"what": "hours"}),
    "feedback:of_ticket": ticket_page(may.TICKET_VIEW),
    "feedback:of_customer": customer_page(may.CUSTOMER_VIEW),
    "tickets:articles": ticket_page(may.ARTICLES_READ),
    "tickets:find_article": ticket_page(may.ARTICLES_READ, query=WORDS),
    "tickets:article": Address(may.ARTICLES_READ, ticket_article, body={"how": "solved"}),
    "tickets:insert_article": Address(may.TICKET_REPLY, ticket_article, body={"as": "text"}),
    "tickets:make_article": Address(may.ARTICLES_WRITE, of("answer")),
    "tickets:article_tickets": Address(may.ARTICLES_READ, of("used_article")),
    "article_work:gaps": Address(may.ARTICLES_READ),
    "article_work:gap_write": Address(may.ARTICLES_WRITE, of("miss")),
    "article_work:gap_settle": Address(may.ARTICLES_WRITE, of("miss")),
    "article_work:gap_reopen": Address(may.ARTICLES_WRITE, of("miss")),
    "article_work:imports": Address(may.ARTICLES_PUBLISH),
    "article_work:import": Address(may.ARTICLES_PUBLISH, of("import")),
    "article_work:import_start": Address(may.ARTICLES_PUBLISH, of("import")),
    "article_work:import_undo": Address(may.ARTICLES_PUBLISH, of("import")),
    "api:articles": Address(
        {"GET": may.ARTICLES_READ, "POST": may.ARTICLES_WRITE},
        body={"brand": 1, "title": "Mine", "text": "Mine"},
    ),
    "api:articles-search": Address(
        may.ARTICLES_READ, query=lambda world: {"brand": world.brand.pk, "q": PART}
    ),
    "api:article": Address(may.ARTICLES_READ, of("used_article")),
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
    "api:categories": Address(may.ARTICLES_READ),
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
    "api:ticket-contacts": Address(may.TICKET_VIEW, of("ticket", "ticket")),
    "api:ticket-messages": Address(
        {"GET": may.TICKET_VIEW, "POST": may.TICKET_NOTE},
        of("ticket", "ticket"),
        body={"audience": "internal", "text": "A note"},
    ),
    "api:message": Address(may.TICKET_VIEW, of("message")),
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
}
