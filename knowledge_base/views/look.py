"""/desk/articles/look/: how a brand's help centre looks and greets."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brands_for
from accounts.permissions import ARTICLES_PUBLISH
from accounts.views.guard import StaffRequest, needs
from journal.actors import user_actor
from knowledge_base.access import get_brand_for
from knowledge_base.domain import logos
from knowledge_base.domain.help_look import save_look
from knowledge_base.domain.help_settings import settings_of
from knowledge_base.domain.reading import languages_of
from knowledge_base.look_form import LookForm
from knowledge_base.models import HelpSettings


@require_safe
@needs(ARTICLES_PUBLISH)
def first(request: StaffRequest) -> HttpResponse:
    """Of the first brand whose help centre the person arranges."""
    brand = brands_for(request.user, ARTICLES_PUBLISH).order_by("name").first()
    if brand is None:
        raise Http404
    return redirect("help_look:page", brand.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ARTICLES_PUBLISH)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    brand = get_brand_for(request.user, pk, ARTICLES_PUBLISH)
    saved = settings_of(brand)
    form = LookForm(
        request.POST or None, request.FILES or None, brand=brand, saved=saved, codes=languages_of(brand)
    )
    if request.method == "POST" and form.is_valid():
        save_look(brand, form.look(), actor=user_actor(request.user.pk))
        for is_dark, drawn in form.logos:
            logos.use_logo(brand, drawn, is_dark=is_dark, actor=request.user)
        messages.success(request, _("Saved. It looks so from now on."))
        return redirect("help_look:page", brand.pk)
    context = {
        "area": "articles",
        "articles_tab": "look",
        "brand": brand,
        "brands": brands_for(request.user, ARTICLES_PUBLISH).order_by("name"),
        "form": form,
        "slots": [slot_of(form, saved, is_dark=is_dark) for is_dark in (False, True)],
    }
    return render(request, "knowledge_base/look.html", context, status=422 if form.errors else 200)


def slot_of(form: LookForm, saved: HelpSettings, *, is_dark: bool) -> dict[str, Any]:
    """One of the two logos, as its part of the page shows it."""
    used = saved.logo_dark if is_dark else saved.logo
    return {
        "name": "dark" if is_dark else "light",
        "field": form["logo_dark" if is_dark else "logo"],
        "url": logos.path_of(saved.brand, used) if used else "",
        "before": logos.find_before(saved, is_dark=is_dark),
    }


@require_POST
@needs(ARTICLES_PUBLISH)
def logo(request: StaffRequest, pk: int) -> HttpResponse:
    """Take one away, or put the one before back: `take-light`, `back-dark` and so on."""
    brand = get_brand_for(request.user, pk, ARTICLES_PUBLISH)
    what, _dash, which = request.POST.get("logo", "").partition("-")
    if what not in ("take", "back") or which not in ("light", "dark"):
        return HttpResponseBadRequest()
    if what == "take":
        logos.take_away(brand, is_dark=which == "dark", actor=request.user)
        messages.info(request, _("The logo is gone. You can put it back below."))
    elif logos.put_back(brand, is_dark=which == "dark", actor=request.user) is not None:
        messages.success(request, _("The logo is back."))
    return redirect("help_look:page", brand.pk)
