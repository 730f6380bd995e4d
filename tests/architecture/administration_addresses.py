"""The addresses of the API below `admin/`."""

from accounts import permissions as may
from tests.architecture.addressing import Address, of

PERSON, TEAM, BRAND = of("person"), of("team"), of("brand")
ADMINISTRATION = {
    "api:admin-people": Address(
        may.USERS_MANAGE, body={"name": "Eve", "email": "eve@example.net", "role": 1}
    ),
    "api:admin-person": Address(may.USERS_MANAGE, PERSON),
    "api:admin-grants": Address(may.USERS_MANAGE, PERSON, body={"role": 1}),
    "api:admin-grant-remove": Address(
        may.USERS_MANAGE, lambda world: {"pk": world["person"], "grant": world["grant"]}
    ),
    "api:admin-person-invite-again": Address(may.USERS_MANAGE, PERSON),
    "api:admin-person-deactivate": Address(may.USERS_MANAGE, PERSON),
    "api:admin-person-activate": Address(may.USERS_MANAGE, PERSON),
    "api:admin-person-sign-out": Address(may.USERS_MANAGE, PERSON),
    "api:admin-roles": Address(may.USERS_MANAGE),
    "api:admin-teams": Address(may.USERS_MANAGE, body={"name": "Second level", "pool": 1}),
    "api:admin-team": Address(may.USERS_MANAGE, TEAM, body={"name": "Second level"}),
    "api:admin-members": Address(may.USERS_MANAGE, TEAM, body={"user": 1}),
    "api:admin-member-remove": Address(
        may.USERS_MANAGE, lambda world: {"pk": world["team"], "user": world["person"]}
    ),
    "api:admin-team-end": Address(may.USERS_MANAGE, TEAM),
    "api:admin-fields": Address(may.FIELDS_MANAGE, body={"name": "Mine", "kind": "text", "pool": 1}),
    "api:admin-fields-order": Address(may.FIELDS_MANAGE, body={"pool": 1, "ids": [1]}),
    "api:admin-field": Address(may.FIELDS_MANAGE, of("field"), body={"name": "Mine"}),
    "api:admin-field-retire": Address(may.FIELDS_MANAGE, of("field")),
    "api:admin-field-restore": Address(may.FIELDS_MANAGE, of("field")),
    "api:admin-hours": Address(
        may.INBOX_MANAGE, body={"name": "Mine", "zone": "UTC", "weekly": [], "pool": 1}
    ),
    "api:admin-schedule": Address(may.INBOX_MANAGE, of("hours"), body={"name": "Mine"}),
    "api:admin-schedule-delete": Address(may.INBOX_MANAGE, of("hours")),
    "api:admin-surveys": Address(
        may.SURVEYS_MANAGE, body={"brand": 1, "name": "Mine", "measure": "csat", "look": "stars"}
    ),
    "api:admin-survey": Address(may.SURVEYS_MANAGE, of("survey"), body={"name": "Mine"}),
    "api:admin-survey-delete": Address(may.SURVEYS_MANAGE, of("survey")),
    "api:admin-rules": Address(
        may.SURVEYS_MANAGE, body={"survey": 1, "trigger": "solved", "delay_seconds": 0}
    ),
    "api:admin-rule": Address(may.SURVEYS_MANAGE, of("survey_rule"), body={"sample_percent": 5}),
    "api:admin-rule-move": Address(may.SURVEYS_MANAGE, of("survey_rule"), body={"to": "up"}),
    "api:admin-rule-delete": Address(may.SURVEYS_MANAGE, of("survey_rule")),
    "api:admin-brand-surveys": Address(may.SURVEYS_MANAGE, BRAND, body={"low_csat": 1}),
    "api:admin-retentions": Address(may.BRANDS_MANAGE),
    "api:admin-retention": Address(may.BRANDS_MANAGE, of("inbox"), body={"months": 5}),
    "api:admin-retention-off": Address(may.BRANDS_MANAGE, of("inbox")),
    "api:admin-exports": Address(may.BRANDS_MANAGE, body={"pool": 1}),
    "api:admin-export": Address(may.BRANDS_MANAGE, of("pool_export", "token"), own=True),
    "api:admin-export-drop": Address(may.BRANDS_MANAGE, of("pool_export", "token"), own=True),
    "api:admin-inboxes": Address(may.INBOX_MANAGE, body={"brand": 1, "kind": "form", "name": "Mine"}),
    "api:admin-inbox": Address(may.INBOX_MANAGE, of("inbox"), body={"name": "Mine"}),
    "api:admin-inbox-secret": Address(
        may.INBOX_MANAGE, lambda world: {"pk": world["inbox"], "name": "messages"}
    ),
    "api:admin-ticket-imports": Address(may.INBOX_MANAGE),
    "api:admin-ticket-import": Address(may.INBOX_MANAGE, of("ticket_import")),
    "api:admin-ticket-import-troubles": Address(may.INBOX_MANAGE, of("ticket_import")),
    "api:admin-ticket-import-start": Address(may.INBOX_MANAGE, of("ticket_import")),
    "api:admin-ticket-import-stop": Address(may.INBOX_MANAGE, of("ticket_import")),
    "api:admin-ticket-import-drop": Address(may.INBOX_MANAGE, of("ticket_import")),
    "api:admin-outgoing-mail": Address(may.USERS_MANAGE, body={"host": "smtp.example"}, own=True),
    "api:admin-outgoing-mail-remove": Address(may.USERS_MANAGE),
    "api:admin-brands": Address(
        may.BRANDS_MANAGE, body={"name": "Mine", "language": "en", "zone": "UTC", "color": "#2f6f4f"}
    ),
    "api:admin-brand": Address(may.BRANDS_MANAGE, BRAND, body={"name": "Mine"}),
    "api:admin-brand-archive": Address(may.BRANDS_MANAGE, BRAND),
    "api:admin-brand-restore": Address(may.BRANDS_MANAGE, BRAND),
    "api:admin-brand-delete": Address(may.BRANDS_MANAGE, BRAND),
    "api:admin-reactions": Address(may.JOURNAL_READ, everywhere=True),
    "api:admin-health": Address(may.JOURNAL_READ, everywhere=True),
    "api:admin-reaction-replay": Address(may.JOURNAL_READ, of("failure"), everywhere=True),
    "api:admin-tokens": Address(may.USERS_MANAGE),
    "api:admin-token-revoke": Address(may.USERS_MANAGE, of("token")),
}
