"""Who reacts to what: every event name there is, and the handlers that run after its commit.

The only file that knows everybody. A handler takes the event, is idempotent by a database constraint, and
enqueues its own task or calls one short verb.
"""

from journal.wiring import Reactions

SHOW = "tickets.handlers.show"
INDEX = "tickets.handlers.index"  # not on ticket.created: its first message follows
INDEX_CUSTOMER = "tickets.handlers.index_customer"
CLOSE_SOCKETS = "accounts.handlers.close_sockets"
SHOW_LINE = "channels_app.handlers.show_line"
FIND_SAME = "customers.handlers.look_for_same_person"

REACTIONS: Reactions = {
    "user.signed_in": (),
    "user.signed_out": (CLOSE_SOCKETS,),
    "user.locked_out": (),
    "user.password_changed": (CLOSE_SOCKETS,),
    "user.invited": (),
    "user.invitation_accepted": (),
    "user.grants_changed": (CLOSE_SOCKETS,),
    "user.deactivated": (CLOSE_SOCKETS,),
    "user.activated": (),
    "account_mail.queued": ("accounts.handlers.send_mail",),
    "api_token.created": (),
    "api_token.revoked": (),
    "reaction.replayed": (),
    "ticket.created": (SHOW,),
    "ticket.status_changed": (SHOW, INDEX),
    "ticket.priority_changed": (SHOW, INDEX),
    "ticket.tags_changed": (SHOW, INDEX),
    "ticket.subject_changed": (SHOW, INDEX),
    "ticket.assigned": (SHOW, INDEX),
    "ticket.team_changed": (SHOW, INDEX),
    "ticket.merged": (SHOW, INDEX),
    "ticket.unmerged": (SHOW, INDEX),
    "ticket.split": (SHOW, INDEX),
    "ticket.unsplit": (SHOW, INDEX),
    "ticket.snoozed": (SHOW, INDEX),
    "ticket.woken": (SHOW, INDEX),
    "bulk.started": ("tickets.handlers.run_bulk",),
    "bulk.ended": (),
    "contact.opened": (SHOW_LINE,),
    "contact.ended": (SHOW, SHOW_LINE, "channels_app.handlers.settle_chat"),
    "contact.taken": (SHOW, SHOW_LINE),
    "contact.handed_over": (SHOW, SHOW_LINE),
    "message.received": (SHOW, SHOW_LINE, INDEX),
    "ticket.imported": (),
    "message.imported": (INDEX,),
    "message.queued": (SHOW, SHOW_LINE, "channels_app.handlers.deliver", INDEX),
    "message.logged": (SHOW, INDEX),
    "message.taken_back": (SHOW, INDEX),
    "message.delivery_changed": (SHOW,),
    "note.added": (SHOW, INDEX),
    "chat.deflected": (),
    "inbox.created": (),
    "inbox.changed": (),
    "secret.rotated": (),
    "intake.parked": (),
    "intake.replayed": (),
    "intake.ignored": (),
    "intake.opened": (),
    "mailbox.saved": (),
    "mailbox.switched_on": (),
    "mailbox.switched_off": (),
    "mailbox.broken": (),
    "mailbox.works": (),
    "sender.blocked": (),
    "sender.unblocked": (),
    "customer.created": (),
    "customer.updated": (FIND_SAME, INDEX_CUSTOMER),
    "customer.join_proposed": (),
    "customer.join_dismissed": (),
    "customer.merged": (INDEX_CUSTOMER,),
    "customer.unmerged": (INDEX_CUSTOMER,),
    "customer.note_added": (),
    "customer.note_deleted": (),
    "identity.added": (FIND_SAME, INDEX_CUSTOMER),
    "identity.verified": (),
    "orders.stored": (),
    "agent.presence_changed": ("workforce.handlers.show_presence",),
    "hours.saved": (),
    "hours.deleted": (),
    "canned_reply.saved": (),
    "canned_reply.deleted": (),
}
