"""A customer's tickets: the list, one of them, answering, closing, opening again, rating; orders beside them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Brand
from carecenter.api.throttles import take
from carecenter.lib.blobs.sniff import INLINE_PICTURES
from carecenter.lib.time import now
from channels_app.domain import letters
from channels_app.tasks import send_inbound
from channels_app.views.form_page import not_too_large
from portal.addresses import whole
from portal.domain import answers, links, my_tickets
from portal.domain.errors import NotPossible
from portal.domain.my_tickets import MyTicket
from portal.domain.sessions import Me
from portal.forms import AnswerForm, RatingForm
from portal.my_pages import my_address, my_page, open_page, show
from tickets.models import Direction
from tickets.views.files import serve

ANSWERS_A_MINUTE = 10


@require_safe
@my_page
def tickets(request: HttpRequest, me: Me) -> HttpResponse:
    """One's own, or those of colleagues where the organisation shares them."""
    shares = my_tickets.shares(me)
    whose = "colleagues" if shares and request.GET.get("whose") == "colleagues" else "own"
    wanted = my_tickets.of_colleagues(me) if whose == "colleagues" else my_tickets.own(me)
    rows = my_tickets.listed(me, wanted.select_related("customer"), after=request.GET.get("after", ""))
    page = {"page": rows, "whose": whose, "shares": shares, "tab": "tickets"}
    return show(request, me.brand, "tickets", page)


def get_ticket(me: Me, token: str) -> MyTicket:
    found = my_tickets.find(me, token)
    if found is None:
        raise Http404
    return found


@require_safe
@my_page
def ticket(request: HttpRequest, me: Me, token: str) -> HttpResponse:
    found = get_ticket(me, token)
    if found.ticket.token != token:  # joined with another one of theirs
        return redirect(my_address(me.brand, "ticket", token=found.ticket.token))
    return show_ticket(request, me, found)


def show_ticket(
    request: HttpRequest, me: Me, found: MyTicket, status: int = 200, **forms: Any
) -> HttpResponse:
    rating = answers.rating_of(me, found) if found.is_own else None
    known = links.links_of(me, found.ticket) if found.is_own else ()
    page = {
        "found": found,
        "ticket": found.ticket,
        "tab": "tickets",
        "can_answer": found.may_answer and letters.is_open(me.brand),
        "form": AnswerForm(initial={"slip": slip_of(request, found)}, takes_files=takes_files(me.brand)),
        "rating": rating,
        "may_rate": found.is_own and answers.is_rating_open(me, found),
        "rating_form": RatingForm(initial=rating_words(rating)),
        "may_share": links.may_make(me, found),
        "links": [whole(me.brand, my_address(me.brand, "shared", token=link.token)) for link in known],
        **forms,
    }
    return show(request, me.brand, "ticket", page, status=status)


def rating_words(rating: Any) -> dict[str, Any]:
    return {"score": rating.score, "comment": rating.comment} if rating is not None else {}


def takes_files(brand: Brand) -> bool:
    door = letters.find_door(brand)
    return door is None or bool(door.config.get("takes_files", True))


def slip_of(request: HttpRequest, found: MyTicket) -> str:
    """The same for one browser within an hour, so that going back and sending again sends the same answer; another
    one once we have said something more: "Yes" to a second question is a second answer."""
    get_token(request)
    said = [message.pk for message in found.messages if message.direction == Direction.OUTBOUND]
    words = f"{request.META['CSRF_COOKIE']}:{now():%Y%m%d%H}:{max(said, default=0)}"
    return salted_hmac("portal.answer", words, algorithm="sha256").hexdigest()[:40]


@csrf_exempt
@not_too_large  # type: ignore[arg-type]  # it hands on whatever answer it gets
@csrf_protect
@require_POST
@my_page
def answer(request: HttpRequest, me: Me, token: str) -> HttpResponse:
    """Stored before anybody is thanked."""
    found = get_ticket(me, token)
    form = AnswerForm(request.POST, request.FILES, takes_files=takes_files(me.brand))
    if not form.is_valid():
        return show_ticket(request, me, found, status=422, form=form)
    taken = take(f"my-answer:{me.session.pk}", per_minute=ANSWERS_A_MINUTE)
    if taken is not None and not taken[0]:
        form.add_error(None, _("That was a lot at once. Wait a minute, then send it again."))
        return show_ticket(request, me, found, status=429, form=form)
    try:
        text, slip = form.cleaned_data["text"], form.cleaned_data["slip"]
        peer = request.META.get("REMOTE_ADDR", "")
        record = answers.send(me, found, text, form.sheet_files(), slip=slip, peer=peer)
    except NotPossible as error:
        form.add_error(None, str(error))
        return show_ticket(request, me, found, status=422, form=form)
    send_inbound([record.pk])
    went_to = answers.ticket_of(record)
    if went_to is None:
        messages.success(request, _("Your answer is stored. It appears here in a moment."))
    elif went_to.pk != found.ticket.pk:
        messages.success(request, _("The old ticket was closed, so we opened a new one with your answer."))
    else:
        messages.success(request, _("Your answer has arrived."))
    return redirect(my_address(me.brand, "ticket", token=(went_to or found.ticket).token) + "#answer")


@require_POST
@my_page
def close(request: HttpRequest, me: Me, token: str) -> HttpResponse:
    found = get_ticket(me, token)
    try:
        my_tickets.close(me, found)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Good to hear. You can open it again if something is left."))
    return redirect(my_address(me.brand, "ticket", token=token))


@require_POST
@my_page
def reopen(request: HttpRequest, me: Me, token: str) -> HttpResponse:
    found = get_ticket(me, token)
    try:
        my_tickets.reopen(me, found)
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is open again. Tell us below what is still wrong."))
    return redirect(my_address(me.brand, "ticket", token=token))


@require_POST
@my_page
def rate(request: HttpRequest, me: Me, token: str) -> HttpResponse:
    found = get_ticket(me, token)
    form = RatingForm(request.POST)
    if not form.is_valid():
        return show_ticket(request, me, found, status=422, rating_form=form)
    try:
        answers.rate(me, found, form.cleaned_data["score"], form.cleaned_data["comment"])
    except NotPossible as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Thank you for telling us."))
    return redirect(my_address(me.brand, "ticket", token=token))


@require_POST
@my_page
def share(request: HttpRequest, me: Me, token: str) -> HttpResponse:
    """A link to this ticket alone; `end` takes it away, whatever became of the ticket since."""
    found = get_ticket(me, token)
    if "end" in request.POST and found.is_own:
        links.end_links(me, found.ticket)
        messages.info(request, _("The link opens nothing any more."))
    elif links.may_make(me, found):
        links.make_link(me, found)
    else:
        raise Http404
    return redirect(my_address(me.brand, "ticket", token=token) + "#share")


@require_safe
@my_page
def file(request: HttpRequest, me: Me, token: str, name: str) -> HttpResponseBase:
    return serve_file(request, get_ticket(me, token), name, as_picture="picture" in request.GET)


def serve_file(request: HttpRequest, found: MyTicket, name: str, *, as_picture: bool) -> HttpResponseBase:
    """A download; a picture in its place only when its bytes show that it is one."""
    wanted = my_tickets.find_file(found, name)
    if wanted is None:
        raise Http404
    return serve(
        request, wanted, as_attachment=not (as_picture and wanted.blob.content_type in INLINE_PICTURES)
    )


@require_safe
@open_page
def shared(request: HttpRequest, brand: Brand, token: str) -> HttpResponse:
    """What a link shows: one ticket, to read, and nothing else of the person."""
    found = links.find_shared(brand, token)
    if found is None:
        return show(request, brand, "shared", {"found": None}, status=404)
    return show(request, brand, "shared", {"found": found, "ticket": found.ticket, "token": token})


@require_safe
@open_page
def shared_file(request: HttpRequest, brand: Brand, token: str, name: str) -> HttpResponseBase:
    found = links.find_shared(brand, token)
    if found is None:
        raise Http404
    return serve_file(request, found, name, as_picture="picture" in request.GET)


@require_safe
@my_page
def orders(request: HttpRequest, me: Me) -> HttpResponse:
    found = my_tickets.orders_of(me, after=request.GET.get("after", ""))
    return show(request, me.brand, "orders", {"page": found, "tab": "orders"})
