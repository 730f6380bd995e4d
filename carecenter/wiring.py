"""Who reacts to what: every event name there is, and the handlers that run after its commit.

The only file that knows everybody. A handler takes the event, is idempotent by a database constraint, and
enqueues its own task or calls one short verb.
"""

from journal.wiring import Reactions

SHOW = "tickets.handlers.show"

REACTIONS: Reactions = {
    "ticket.created": (SHOW,),
    "ticket.status_changed": (SHOW,),
    "ticket.priority_changed": (SHOW,),
    "ticket.tags_changed": (SHOW,),
    "ticket.subject_changed": (SHOW,),
    "ticket.assigned": (SHOW,),
    "ticket.team_changed": (SHOW,),
    "contact.opened": (),
    "contact.ended": (),
    "message.received": (SHOW,),
    "message.queued": (SHOW, "channels_app.handlers.deliver"),
    "message.logged": (SHOW,),
    "message.taken_back": (SHOW,),
    "message.delivery_changed": (SHOW,),
    "note.added": (SHOW,),
}
