"""A visitor's end of a chat: who it is, whether they are there, what they have read."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.db.models import CharField, F
from django.utils.translation import gettext as _

from carecenter.lib.ids import new_token
from carecenter.lib.kinds import Capability, kinds_that
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import now
from channels_app.domain.addresses import own_addresses
from channels_app.domain.chats import push_to_agents, push_to_visitor
from channels_app.domain.errors import NoAddress, NoSession
from channels_app.kinds.webchat.payloads import words
from channels_app.kinds.webchat.signed import SiteUser
from channels_app.models import ChatSession, Connection
from customers.domain.errors import InvalidIdentity
from customers.domain.normalise import email as normal_email
from customers.domain.normalise import person_name
from tickets.models import Contact

SEEN_EVERY = timedelta(seconds=15)  # a sign of life is written so often at most
# What a page tells of itself, and how much of it is kept.
PAGE = {"page_url": 1000, "page_title": 200, "referrer": 1000, "user_agent": 300, "language": 20}
Evidence = ChatSession.Evidence


@dataclass(frozen=True)
class Visitor:
    """`user` is whom the site signed for; name and address are what the visitor typed."""

    name: str = ""
    email: str = ""
    user: SiteUser | None = None


def connection_of_chat(key: str) -> Connection | None:
    """The open chat inbox of this key."""
    return _open_chats().first(key=key)


@cache
def _open_chats() -> Statement[Connection]:
    chats = Connection.objects.select_related("inbox__brand__pool", "inbox__hours").filter(
        inbox__key=Given("key", CharField()),
        inbox__kind__in=kinds_that(Capability.LIVE),
        is_active=True,
        inbox__is_active=True,
    )
    return Statement(chats.order_by("pk")[:1])


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def find_session(connection: Connection, token: str) -> ChatSession | None:
    """By the visitor's token, of this inbox alone."""
    if not token:
        return None
    found = _sessions().first(connection=connection.pk, token_hash=hash_of(token))
    if found is not None:
        found.connection = connection  # with its inbox and brand
    return found


@cache
def _sessions() -> Statement[ChatSession]:
    sessions = ChatSession.objects.select_related("contact__ticket", "contact__agent")
    of_chat = sessions.filter(connection_id=Given("connection"))
    return Statement(of_chat.filter(token_hash=Given("token_hash", CharField())).order_by("pk")[:1])


def get_session(connection: Connection, token: str) -> ChatSession:
    """Raises NoSession."""
    if (found := find_session(connection, token)) is None:
        raise NoSession(_("This conversation is not known here any more."))
    return found


def may_go_on(session: ChatSession, user: SiteUser | None) -> bool:
    """Is who sits there now the one whose chat it is? A visitor nobody signed for may sign in meanwhile; after a
    sign-out, or as somebody else, a new chat begins."""
    return session.external_id in ("", user.external_id if user else "")


def begin(connection: Connection, visitor: Visitor, page: Mapping[str, str]) -> tuple[ChatSession, str]:
    """A new thread and its token, which is kept nowhere but with the visitor. Raises NoAddress."""
    token = new_token()
    user = visitor.user
    session = ChatSession(
        connection=connection,
        token_hash=hash_of(token),
        visitor_name=person_name(user.name if user and user.name else visitor.name),
        visitor_email=address_of(user.email, is_typed=False) if user else address_of(visitor.email),
        external_id=user.external_id if user else "",
        **shortened(page),
    )
    claimed = Evidence.CLAIMED if session.visitor_email else Evidence.NONE
    session.evidence = Evidence.VERIFIED if user else claimed
    session.save(force_insert=True)
    return session, token


def address_of(written: str, *, is_typed: bool = True) -> str:
    """As we keep it; empty for none. Raises NoAddress for what a visitor mistyped; of a site's it is left out."""
    if not written.strip():
        return ""
    try:
        address = normal_email(written)
    except InvalidIdentity as error:
        if not is_typed:
            return ""
        raise NoAddress(str(error)) from None
    if own_addresses([address]):  # a chat from ourselves would never be taken in
        if not is_typed:
            return ""
        raise NoAddress(_("This is our own address. Please give us yours."))
    return address


def introduce(session: ChatSession, visitor: Visitor) -> ChatSession:
    """What is known of the visitor by now. A signed user comes over everything typed, and nothing typed over that; once
    a conversation has begun, a typed address counts only where there is none yet. Raises NoAddress.
    """
    before = (session.visitor_name, session.visitor_email, session.external_id)
    if (user := visitor.user) is not None:
        session.external_id, session.evidence = user.external_id, Evidence.VERIFIED
        session.visitor_name = person_name(user.name) or session.visitor_name
        session.visitor_email = address_of(user.email, is_typed=False) or session.visitor_email
    elif session.evidence != Evidence.VERIFIED:
        session.visitor_name = person_name(visitor.name) or session.visitor_name
        if session.contact_id is None or not session.visitor_email:
            session.visitor_email = address_of(visitor.email) or session.visitor_email
        session.evidence = Evidence.CLAIMED if session.visitor_email else Evidence.NONE
    if before != (session.visitor_name, session.visitor_email, session.external_id):
        session.save(update_fields=["visitor_name", "visitor_email", "external_id", "evidence"])
    return session


def shortened(page: Mapping[str, str]) -> dict[str, str]:
    return {name: words(page.get(name), longest) for name, longest in PAGE.items()}


def touch(session_id: int, page: Mapping[str, str] | None = None) -> None:
    """The visitor's page is open; where they are on the site now, when it says so. One UPDATE at most."""
    mine = ChatSession.objects.filter(pk=session_id)
    told = {name: value for name, value in shortened(page or {}).items() if value}
    if told:
        mine.update(seen_at=now(), **told)
    else:
        mine.filter(seen_at__lt=now() - SEEN_EVERY).update(seen_at=now())


def note_there(session: ChatSession) -> None:
    """`touch` for a row that was just read: mostly it needs no look at the database."""
    if session.seen_at < now() - SEEN_EVERY:
        touch(session.pk)


def mark_read(session_id: int, position: int) -> bool:
    """The visitor has read up to here; tells the agent. False when it was known already. Positions only grow."""
    newest = ChatSession.objects.filter(pk=session_id, read_to__lt=position, contact__isnull=False)
    latest = newest.values_list("contact__messages__pk", flat=True).order_by("-contact__messages__pk").first()
    position = min(position, latest or 0)
    changed = ChatSession.objects.filter(pk=session_id, read_to__lt=position).update(read_to=position)
    if changed and (contact := contact_of(session_id)) is not None:
        fact = {"name": "chat.read", "contact": contact.pk, "ticket": contact.ticket_id}
        push_to_agents(contact, {**fact, "to": position, "from": "visitor"})
    return bool(changed)


def agent_has_read(contact: Contact, position: int) -> bool:
    """The agent who has the chat has read up to here; tells the visitor."""
    mine = ChatSession.objects.filter(contact=contact, agent_read_to__lt=position)
    changed = mine.update(agent_read_to=position)
    for session in ChatSession.objects.filter(contact=contact) if changed else ():
        push_to_visitor(session, {"name": "chat.read", "to": position, "from": "agent"})
    return bool(changed)


def tell_typing(session_id: int) -> None:
    if (contact := contact_of(session_id)) is not None:
        fact = {"name": "chat.typing", "contact": contact.pk, "ticket": contact.ticket_id, "from": "visitor"}
        push_to_agents(contact, fact)


def contact_of(session_id: int) -> Contact | None:
    """The conversation that goes on now."""
    return _going().first(chat=session_id)


@cache
def _going() -> Statement[Contact]:
    going = Contact.objects.select_related("ticket").filter(chat__pk=Given("chat"), ended_at__isnull=True)
    return Statement(going.order_by("pk")[:1])


def unread_by_agent(contact: Contact) -> int:
    """Lines of the visitor that the agent's page has not shown yet."""
    behind = contact.messages.filter(direction="in", pk__gt=F("contact__chat__agent_read_to"))
    return behind.count()
