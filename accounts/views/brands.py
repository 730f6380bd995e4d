"""Brands: what there is, a new one, changes with how they look, put away and brought back."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brands_to_manage, get_brand_to_manage, scope
from accounts.brand_form import HEX, BrandForm
from accounts.domain import brand_keeping as verbs
from accounts.domain.errors import BrandInUse, BrandTaken
from accounts.models import Brand
from accounts.permissions import BRANDS_MANAGE
from accounts.refusals import said
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.colours import DEFAULT, safe_colour, text_on

HERE = {"area": "settings"}


@require_safe
@needs(BRANDS_MANAGE)
def brands(request: StaffRequest) -> HttpResponse:
    found = list(brands_to_manage(request.user).select_related("pool"))
    languages = dict(settings.LANGUAGES)
    context = {
        **HERE,
        "used": [
            (brand, safe_colour(brand.color), languages.get(brand.language, brand.language))
            for brand in found
            if brand.archived_at is None
        ],
        "archived": [brand for brand in found if brand.archived_at is not None],
        "may_create": scope(request.user, BRANDS_MANAGE).everywhere,
    }
    return render(request, "accounts/brands.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(BRANDS_MANAGE)
def new(request: StaffRequest) -> HttpResponse:
    if not scope(request.user, BRANDS_MANAGE).everywhere:
        raise Http404
    return brand_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(BRANDS_MANAGE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    return brand_page(request, get_brand_to_manage(request.user, pk))


def brand_page(request: StaffRequest, brand: Brand | None) -> HttpResponse:
    form = BrandForm(request.POST or None, brand=brand, actor=request.user)
    is_first = False
    if request.method == "POST" and form.is_valid():
        try:
            if brand is None:
                is_first = not Brand.objects.exists()
                verbs.create_brand(form.wanted(), actor=request.user)
            else:
                verbs.change_brand(brand, form.wanted(), actor=request.user)
        except BrandTaken as error:
            form.add_error("name", said(error))
        else:
            messages.success(request, _("Saved. It looks so from now on."))
            return redirect("administration" if is_first else "accounts:brands")
    look = {"name": form["name"].value() or "", "color": str(form["color"].value() or DEFAULT)}
    context = {
        **HERE,
        "form": form,
        "brand": brand,
        **preview_of(**look),
        "holds_something": brand is not None and verbs.holds_something(brand),
    }
    return render(request, "accounts/brand_edit.html", context, status=422 if form.errors else 200)


def preview_of(name: str, color: str) -> dict[str, str]:
    color = color if HEX.fullmatch(color) else DEFAULT
    return {"look_name": name[:120], "look_color": color, "look_on_color": text_on(color)}


@require_safe
@needs(BRANDS_MANAGE)
def preview(request: StaffRequest) -> HttpResponse:
    """How a brand with this name and colour would look: what is typed, not what is saved."""
    look = preview_of(request.GET.get("name", ""), request.GET.get("color", ""))
    return render(request, "accounts/_brand_preview.html", look)


@require_POST
@needs(BRANDS_MANAGE)
def archive(request: StaffRequest, pk: int) -> HttpResponse:
    brand = get_brand_to_manage(request.user, pk)
    verbs.archive(brand, actor=request.user)
    messages.info(request, _("%(name)s is archived. It stands below, to be brought back.") % {"name": brand})
    return redirect("accounts:brands")


@require_POST
@needs(BRANDS_MANAGE)
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    brand = get_brand_to_manage(request.user, pk)
    verbs.restore(brand, actor=request.user)
    messages.success(request, _("%(name)s is in use again.") % {"name": brand})
    return redirect("accounts:brands")


@require_POST
@needs(BRANDS_MANAGE)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    brand = get_brand_to_manage(request.user, pk)
    try:
        verbs.delete_brand(brand, actor=request.user)
    except BrandInUse as error:
        messages.error(request, said(error))
        return redirect("accounts:brand", pk)
    messages.success(request, _("%(name)s is deleted.") % {"name": brand})
    return redirect("accounts:brands")
