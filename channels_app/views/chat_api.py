"""The chat's own addresses: begin, read on, say something, send a file, leave."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from carecenter.lib.signing import good_at
from carecenter.lib.time import now
from channels_app.domain import chat_leaving, chat_lines, chat_sessions
from channels_app.domain.chat_state import state_of
from channels_app.domain.chats import file_of_session, lines_after
from channels_app.domain.errors import TooLarge
from channels_app.kinds.base import SignatureError
from channels_app.kinds.webchat.payloads import File
from channels_app.kinds.webchat.signed import SiteUser, read_user_token
from channels_app.models import ChatSession
from channels_app.views.chat_answers import note_first_line
from channels_app.views.chat_guard import Call, chat_call, languages_of, refuse, too_many_copies
from tickets.views.files import serve


@chat_call("GET", token=False, per_minute=240)
def state(call: Call) -> HttpResponse:
    """How the chat stands; without a token whether anybody is there at all."""
    if call.session is not None:
        chat_sessions.touch(call.session.pk)
    return JsonResponse(state_of(call.connection, call.session))


@chat_call("POST", token=False, per_minute=30)
def sessions(call: Call) -> HttpResponse:
    """Begin a chat, or go on with the one whose token is given, if it is still the same person at the page.

    A signed user that cannot be believed is told to the site's developer, and the chat goes on without.
    """
    user, trouble = signed_user(call)
    visitor = chat_sessions.Visitor(name=call.text("name"), email=call.text("email"), user=user)
    session = call.session
    if session is not None and chat_sessions.may_go_on(session, user):
        session = chat_sessions.introduce(session, visitor)
        chat_sessions.touch(session.pk, page_of(call))
        return JsonResponse(
            {"is_known": True, "state": state_of(call.connection, session), "trouble": trouble}
        )
    if call.body.get("only_resume") is True:
        return JsonResponse({"is_known": False, "state": state_of(call.connection, None), "trouble": trouble})
    session, token = chat_sessions.begin(call.connection, visitor, page_of(call))
    answer = {
        "is_known": True,
        "state": state_of(call.connection, session),
        "trouble": trouble,
        "token": token,
    }
    return JsonResponse(answer, status=201)


def signed_user(call: Call) -> tuple[SiteUser | None, str]:
    """(who the site says it is, why that is not believed)."""
    given = call.text("user_token")
    if not given:
        return None, ""
    secrets = good_at(call.connection.opened().get("user_secret"), now())
    try:
        return read_user_token(secrets, given, now()), ""
    except SignatureError as error:
        return None, str(error)


def page_of(call: Call) -> dict[str, str]:
    told = {name: call.text(name) for name in ("page_url", "page_title", "referrer")}
    agent = call.request.headers.get("User-Agent", "")
    language = call.text("language") or languages_of(call.request)
    return {**told, "user_agent": agent, "language": language.split(",")[0].split(";")[0]}


@csrf_exempt
def lines(request: Any, key: str) -> HttpResponseBase:
    """Two acts at one address, each with its own rate."""
    return (say if request.method == "POST" else catch_up)(request, key)


@chat_call("GET", per_minute=240)
def catch_up(call: Call) -> HttpResponse:
    """Every line behind a position, in order, and how the chat stands."""
    after = call.request.GET.get("after", "0")
    position = int(after) if after.isdecimal() and len(after) < 19 else 0
    chat_sessions.touch(call.visitor.pk)
    found = lines_after(call.visitor, position)
    return JsonResponse({"lines": found, "state": state_of(call.connection, call.visitor)})


@chat_call("POST", per_minute=settings.CHAT_LINES_PER_MINUTE)
def say(call: Call) -> HttpResponse:
    """A line: 200 with its position, 202 when it is stored and its turn comes. The same id again is the same line."""
    said = chat_lines.Said(call.text("id"), call.text("text"), is_note=call.body.get("note") is True)
    if said.is_note and not call.visitor.visitor_email:
        return refuse(400, "NoAddress", _("Please give us your e-mail address, so that we can answer."))
    is_first = call.visitor.contact_id is None
    response = taken(call.visitor, said)
    return note_first_line(call, said.text, response) if is_first else response


@chat_call("POST", per_minute=20, multipart=True)
def files(call: Call) -> HttpResponse:
    """A file is a line of its own. What it is, its bytes tell."""
    given = call.request.FILES.get("file")
    if given is None:
        return refuse(400, "EmptyInput", _("There is no file in this."))
    if (given.size or 0) > settings.CHAT_FILE_LIMIT:
        most = settings.CHAT_FILE_LIMIT // 1_000_000
        raise TooLarge(_("Files may have %(most)s MB at most.") % {"most": most})
    file = File(given.name or "", given.content_type or "", given.read())
    return taken(call.visitor, chat_lines.Said(call.request.POST.get("id", ""), files=(file,)))


def taken(session: ChatSession, said: chat_lines.Said) -> HttpResponse:
    chat_sessions.note_there(session)
    result = chat_lines.take(session, said)
    if result.is_refused:
        return refuse(403, "refused", _("This message was not taken in."))
    if result.line is None:
        return JsonResponse({"id": said.client_id}, status=202)
    return JsonResponse({"line": result.line})


@chat_call("GET", per_minute=120)
def file(call: Call, token: str) -> HttpResponseBase:
    """A file of this very chat: pictures are shown, anything else is saved."""
    found = file_of_session(call.visitor, token)
    if found is None:
        raise Http404
    return serve(call.request, found, as_attachment=call.request.GET.get("show") != "1")


@chat_call("POST", per_minute=240)
def seen(call: Call) -> HttpResponse:
    """What the socket carries, for pages that have none: signs of life, reading, typing."""
    chat_sessions.touch(
        call.visitor.pk, {name: value for name, value in page_of(call).items() if "_" in name}
    )
    if position := call.number("read_to"):
        chat_sessions.mark_read(call.visitor.pk, position)
    if call.body.get("typing") is True:
        chat_sessions.tell_typing(call.visitor.pk)
    return HttpResponse(status=204)


@chat_call("POST", per_minute=20)
def end(call: Call) -> HttpResponse:
    chat_lines.end_by_visitor(call.visitor)
    session = chat_sessions.get_session(call.connection, token_given(call))
    return JsonResponse({"state": state_of(call.connection, session)})


@chat_call("POST", per_minute=10)
def transcript(call: Call) -> HttpResponse:
    """Send me this conversation: at its end, or now when it is over."""
    if too_many_copies(call.request, call.visitor.visitor_email or call.text("email")):
        return refuse(429, "too_many", _("That was a lot of copies. Please try again in a few hours."))
    chat_leaving.ask_transcript(call.visitor, call.text("email"))
    session = chat_sessions.get_session(call.connection, token_given(call))
    return JsonResponse({"state": state_of(call.connection, session), "sent_to": session.visitor_email})


def token_given(call: Call) -> str:
    return call.request.headers.get("Authorization", "").partition(" ")[2].strip()
