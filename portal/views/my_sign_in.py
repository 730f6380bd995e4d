"""Sign in by a mailed code or link, sign out. The session is a cookie of its own: it knows no colleague."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Brand
from carecenter.lib.browser_headers import clear_browser
from customers.domain import normalise
from customers.domain.errors import InvalidIdentity
from portal import tasks
from portal.customers import me_at
from portal.domain import codes, devices
from portal.domain.errors import CodeRefused, PortalError, TooOften
from portal.domain.sessions import DAYS, cookie_name, end_session, open_session
from portal.forms import AddressForm, CodeForm
from portal.models import SignInCode
from portal.my_pages import addressee_of, my_address, open_page, show

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
@open_page
def sign_in(request: HttpRequest, brand: Brand) -> HttpResponse:
    """Asks for an address; what follows is the same whether we know it or not."""
    if request.method != "POST":
        if me_at(request, brand) is not None and "again" not in request.GET:
            return redirect(my_address(brand, "tickets"))
        wanted = codes.local_page(request.GET.get("next", ""))
        form = AddressForm(initial={"next": wanted, "email": addressee_of(request, brand, wanted)})
        return show(request, brand, "sign_in", {"form": form})
    form = AddressForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            row = codes.ask(
                brand,
                form.cleaned_data["email"],
                network=network_of(request),
                device=device_of(request, brand, form.cleaned_data["email"]),
                after=form.cleaned_data["next"],
                language=translation.get_language() or "",
            )
        except TooOften as error:
            form.add_error(None, str(error))
            status = 429
        except InvalidIdentity as error:
            form.add_error("email", str(error))
        else:
            tasks.soon(tasks.send_code, row.pk)
            return redirect(my_address(brand, "code", key=row.key))
    return show(request, brand, "sign_in", {"form": form}, status=status)


def network_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def device_of(request: HttpRequest, brand: Brand, address: str) -> str:
    """Which browser this is, when the address was proved in it before. Raises InvalidIdentity."""
    normal = normalise.email(address)
    cookie = request.COOKIES.get(devices.cookie_name(brand, normal), "")
    return devices.find_device(brand, normal, cookie)


@form_page
@open_page
def code(request: HttpRequest, brand: Brand, key: str) -> HttpResponse:
    """The code is typed here. Opening the page tries nothing."""
    row = codes.find_page(brand, key)
    if row is None:
        messages.info(request, _("That took too long. Ask for a new code."))
        return redirect(my_address(brand, "sign_in"))
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                used = codes.enter(brand, key, form.cleaned_data["code"], network=network_of(request))
                return enter(request, brand, used)
            except PortalError as error:
                form.add_error("code", str(error))
                status = 429 if isinstance(error, TooOften) else 422
    page = {"form": form, "row": row, "minutes": codes.VALID_SECONDS // 60}
    return show(request, brand, "code", page, status=status)


@form_page
@open_page
def link_in(request: HttpRequest, brand: Brand, token: str) -> HttpResponse:
    """The link of the mail shows a button. Only the button signs in: programs that read mails open links."""
    if request.method == "POST":
        try:
            return enter(request, brand, codes.use_link(brand, token))
        except CodeRefused:
            return show(request, brand, "link_in", {"row": None}, status=410)
    row = codes.find_link(brand, token)
    return show(request, brand, "link_in", {"row": row}, status=200 if row else 410)


def enter(request: HttpRequest, brand: Brand, row: SignInCode) -> HttpResponse:
    """A new session for who has proved the address; an older one of this browser ends."""
    opened = open_session(brand, row.address)
    if opened is None:
        raise CodeRefused(_("This code is not good any more. Ask for a new one."))
    if (before := me_at(request, brand)) is not None:
        end_session(before)
    response = redirect(row.after or my_address(brand, "tickets"))
    is_secure = request.is_secure() or settings.SESSION_COOKIE_SECURE
    kept: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": is_secure}
    response.set_cookie(cookie_name(brand), opened[1], max_age=DAYS * 24 * 3600, **kept)
    known = devices.cookie_name(brand, row.address)
    response.set_cookie(
        known,
        devices.make_cookie(brand, row.address, request.COOKIES.get(known, "")),
        max_age=devices.KEPT,
        path=my_address(brand, "sign_in"),
        **kept,
    )
    return response


@require_POST
@open_page
def sign_out(request: HttpRequest, brand: Brand) -> HttpResponse:
    """This browser's session, or every one of the person."""
    me = me_at(request, brand)
    if me is not None:
        end_session(me, everywhere="everywhere" in request.POST)
        messages.info(request, _("You are signed out."))
    response = redirect(my_address(brand, "sign_in"))
    response.delete_cookie(cookie_name(brand), samesite="Lax")
    return clear_browser(response)
