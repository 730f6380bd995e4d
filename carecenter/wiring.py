"""Who reacts to what: every event name there is, and the handlers that run after its commit.

The only file that knows everybody. A handler takes the event, is idempotent by a database constraint, and
enqueues its own task or calls one short verb.
"""

from journal.wiring import Reactions

SHOW = "tickets.handlers.show"
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
    "ticket.status_changed": (SHOW,),
    "ticket.priority_changed": (SHOW,),
    "ticket.tags_changed": (SHOW,),
    "ticket.subject_changed": (SHOW,),
    "ticket.assigned": (SHOW,),
    "ticket.team_changed": (SHOW,),
    "contact.opened": (SHOW_LINE,),
    "contact.ended": (SHOW, SHOW_LINE),
    "contact.handed_over": (SHOW, SHOW_LINE),
    "message.received": (SHOW, SHOW_LINE),
    "message.queued": (SHOW, SHOW_LINE, "channels_app.handlers.deliver"),
    "message.logged": (SHOW,),
    "message.taken_back": (SHOW,),
    "message.delivery_changed": (SHOW,),
    "note.added": (SHOW,),
    "chat.deflected": (),
    "intake.parked": (),
    "intake.replayed": (),
    "intake.ignored": (),
    "intake.opened": (),
    "sender.blocked": (),
    "sender.unblocked": (),
    "customer.created": (),
    "customer.updated": (FIND_SAME,),
    "customer.join_proposed": (),
    "customer.join_dismissed": (),
    "customer.merged": (),
    "customer.unmerged": (),
    "customer.note_added": (),
    "customer.note_deleted": (),
    "identity.added": (FIND_SAME,),
    "identity.verified": (),
    "orders.stored": (),
    "agent.presence_changed": ("workforce.handlers.show_presence",),
    "hours.saved": (),
    "hours.deleted": (),
    "canned_reply.saved": (),
    "canned_reply.deleted": (),
}
