"""One's own presence, and what rings."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.views.guard import StaffRequest
from workforce.domain import agents, presence
from workforce.forms import AlertsForm
from workforce.models import Alert


@login_required
@require_POST
def set_presence(request: StaffRequest) -> HttpResponse:
    """Available or away, from the menu on every page; the fact on the socket shows it on all of them."""
    try:
        presence.set_state(request.user.pk, request.POST.get("state", ""))
    except ValueError:
        return HttpResponseBadRequest()
    return HttpResponse(status=204)


@login_required
@require_GET
@never_cache
def me(request: StaffRequest) -> JsonResponse:
    """One's own state and what rings, for the script of every page."""
    settings = agents.settings_of(request.user)
    state = presence.chosen_by(request.user.pk)
    return JsonResponse({"state": state, "sounds": settings.sounds, "notices": settings.notices})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def alerts(request: StaffRequest) -> HttpResponse:
    """What rings and what the browser announces, event by event."""
    settings = agents.settings_of(request.user)
    form = AlertsForm(request.POST or None, initial={"most_chats": settings.most_chats})
    if request.method == "POST" and form.is_valid():
        agents.change_settings(request.user, **form.cleaned_data)
        messages.success(request, _("Your settings are saved."))
        return redirect("workforce:alerts")
    rows = [
        (value, label, value in settings.sounds, value in settings.notices) for value, label in Alert.choices
    ]
    context = {"form": form, "rows": rows}
    return render(request, "workforce/alerts.html", context, status=422 if form.errors else 200)
