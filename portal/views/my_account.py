"""What a customer allowed us, and all that we know of them: to take along, or to have erased."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carecenter.lib.blobs.storage import open_blob
from customers.domain.consent import Purpose, Way, consents_of, set_consents
from customers.domain.profile import Profile, change_profile
from portal import tasks
from portal.domain import requests
from portal.domain.copies import find_copy
from portal.domain.errors import NotFresh, NotPossible
from portal.domain.sessions import Me
from portal.forms import ErasureForm, PreferencesForm
from portal.models import DataRequest
from portal.my_pages import my_address, my_page, show
from tickets.views.files import DOWNLOAD_POLICY


@require_http_methods(["GET", "HEAD", "POST"])
@my_page
def preferences(request: HttpRequest, me: Me) -> HttpResponse:
    """What is sent is what holds from now on. A narrow session speaks for nobody but its address."""
    if me.is_narrow:
        raise Http404
    held = consents_of(me.customer)
    initial = {
        "language": me.customer.language,
        "surveys": held[Purpose.SURVEYS],
        "calls": held[Purpose.CALLS],
    }
    form = PreferencesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        set_consents(me.customer, form.consents(), way=Way.PORTAL)
        change_profile(me.customer, Profile(language=form.cleaned_data["language"]), actor=None)
        messages.success(request, _("Saved."))
        return redirect(my_address(me.brand, "preferences"))
    status = 422 if form.errors else 200
    return show(request, me.brand, "preferences", {"form": form, "tab": "preferences"}, status=status)


@require_safe
@my_page
def privacy(request: HttpRequest, me: Me) -> HttpResponse:
    return show_privacy(request, me, ErasureForm())


def show_privacy(request: HttpRequest, me: Me, form: ErasureForm, status: int = 200) -> HttpResponse:
    """A copy and an erasure can each be asked for while none is under way."""
    rows = [] if me.is_narrow else requests.requests_of(me)
    under_way = {row.kind: row for row in reversed(rows) if row.state in requests.OPEN}
    page = {
        "copying": under_way.get(DataRequest.Kind.DOWNLOAD),
        "erasing": under_way.get(DataRequest.Kind.ERASURE),
        "copy": next((row for row in rows if row.is_kept), None),
        "form": form,
        "tab": "privacy",
    }
    return show(request, me.brand, "privacy", page, status=status)


def again(request: HttpRequest, me: Me, error: NotPossible | NotFresh) -> HttpResponse:
    """Back to the page with the reason; an old sign-in is asked for once more."""
    messages.warning(request, str(error))
    return redirect(my_address(me.brand, "privacy"))


@require_POST
@my_page
def ask_copy(request: HttpRequest, me: Me) -> HttpResponse:
    try:
        row = requests.ask_copy(me, language=translation.get_language() or "")
    except (NotPossible, NotFresh) as error:
        return again(request, me, error)
    tasks.soon(tasks.run_request, row.pk)
    messages.success(request, _("We put your data together, and write to you when it is ready."))
    return redirect(my_address(me.brand, "privacy"))


@require_POST
@my_page
def erase(request: HttpRequest, me: Me) -> HttpResponse:
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return show_privacy(request, me, form, status=422)
    try:
        row = requests.ask_erasure(me, language=translation.get_language() or "")
    except (NotPossible, NotFresh) as error:
        return again(request, me, error)
    tasks.soon(tasks.run_request, row.pk)
    messages.success(request, _("We have your wish. Until the day below you can take it back."))
    return redirect(my_address(me.brand, "privacy"))


@require_POST
@my_page
def keep(request: HttpRequest, me: Me, token: str) -> HttpResponse:
    """The erasure is taken back."""
    try:
        requests.take_back(me, token)
    except NotPossible as error:
        return again(request, me, error)
    tasks.soon(tasks.send_mails)
    messages.success(request, _("Your data stays."))
    return redirect(my_address(me.brand, "privacy"))


@require_safe
@my_page
def copy(request: HttpRequest, me: Me, token: str) -> HttpResponseBase:
    """The zip, to who has just signed in as the person, while it is kept."""
    if not me.is_fresh:
        return again(request, me, NotFresh(_("Sign in once more first: this is about all of your data.")))
    row = find_copy(me, token)
    if row is None or row.blob is None:
        raise Http404
    try:
        content = open_blob(row.blob)
    except FileNotFoundError:
        raise Http404 from None
    name = f"my-data-{row.asked_at:%Y-%m-%d}.zip"
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    response["Content-Security-Policy"] = DOWNLOAD_POLICY
    return response
