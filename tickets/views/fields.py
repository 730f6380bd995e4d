"""Fields of tickets and customers as an administrator sets them up: lists and order, editor, the form as it is seen."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import CustomerPool
from accounts.permissions import FIELDS_MANAGE
from accounts.views.guard import StaffRequest, needs
from customers.domain import field_rules as rules
from customers.field_inputs import add_inputs, inputs_of
from customers.models import OwnField
from tickets.access import field_pools, fields_to_manage, get_field_to_manage, whole_pools
from tickets.domain.errors import NotAllowed
from tickets.domain.fields import keeping
from tickets.field_admin_form import FieldForm

About = OwnField.About
ICONS = {
    "text": "pencil", "long": "file-text", "number": "list-check", "date": "calendar", "yes_no": "circle-check",
    "choice": "circle-dot", "choices": "list-check",
}  # fmt: skip


def pool_of(request: StaffRequest) -> CustomerPool:
    """The pool the address names, else the first with fields, else the first. Raises Http404 for who may nowhere."""
    pools = list(field_pools(request.user))
    if asked := request.GET.get("pool", ""):
        found = next((pool for pool in pools if str(pool.pk) == asked), None)
    else:
        used = set(OwnField.objects.filter(pool__in=pools).values_list("pool_id", flat=True))
        found = next(iter(sorted(pools, key=lambda pool: pool.pk not in used)), None)
    if found is None:
        raise Http404
    return found


def preview_of(fields: list[OwnField], about: str = About.TICKET) -> dict[str, Any]:
    """What a customer is asked beside the message, or colleagues about a customer. Nothing of it can be sent."""
    here = [one for one in fields if one.about == about and one.retired_at is None]
    of_customers = about == About.CUSTOMER
    asked = [one for one in here if one.is_public or of_customers]
    form = forms.Form(auto_id="preview_%s")
    add_inputs(form, asked)
    hidden = len(here) - len(asked)
    return {"inputs": list(inputs_of(form, asked)), "hidden_count": hidden, "of_customers": of_customers}


@require_safe
@needs(FIELDS_MANAGE)
def fields(request: StaffRequest) -> HttpResponse:
    pool = pool_of(request)
    return render(request, "tickets/fields.html", list_context(request, pool))


def list_context(request: StaffRequest, pool: CustomerPool) -> dict[str, Any]:
    found = list(
        fields_to_manage(request.user).filter(pool=pool).select_related("brand").order_by("position", "pk")
    )
    everything = keeping.siblings(pool)
    rows: dict[str, list[dict[str, Any]]] = {about: [] for about in About.values}
    for one in found:
        if one.retired_at is None:
            row = {"field": one, "when": rules.when_asked(one, everything), "icon": ICONS[one.kind]}
            rows[one.about].append(row)
    return {
        "area": "settings",
        "pool": pool,
        "pools": list(field_pools(request.user)),
        "groups": [(About.TICKET, rows[About.TICKET]), (About.CUSTOMER, rows[About.CUSTOMER])],
        "may_customers": whole_pools(request.user).filter(pk=pool.pk).exists(),
        "retired": [one for one in found if one.retired_at is not None],
        **preview_of([one for one in everything if one.retired_at is None]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs(FIELDS_MANAGE)
def new(request: StaffRequest) -> HttpResponse:
    return edit_page(request, pool_of(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(FIELDS_MANAGE)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_field_to_manage(request.user, pk)
    return edit_page(request, kept.pool, kept)


def form_for(request: StaffRequest, pool: CustomerPool, kept: OwnField | None) -> FieldForm:
    others = [one for one in keeping.siblings(pool) if kept is None or one.pk != kept.pk]
    data = request.POST if request.method == "POST" else None
    about = About.CUSTOMER if request.GET.get("about") == About.CUSTOMER else About.TICKET
    if about == About.CUSTOMER and not whole_pools(request.user).filter(pk=pool.pk).exists():
        raise Http404
    return FieldForm(data, user=request.user, pool=pool, kept=kept, about=about, others=others)


def edit_page(request: StaffRequest, pool: CustomerPool, kept: OwnField | None) -> HttpResponse:
    form = form_for(request, pool, kept)
    if request.method == "POST" and form.is_valid():
        try:
            saved = keeping.save_field(kept, form.wanted(), actor=request.user)
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.label})
            return redirect(list_url(pool))
    context = {
        "area": "settings",
        "form": form,
        "kept": kept,
        "pool": pool,
        **preview_of(drafted(form), form.about),
    }
    return render(request, "tickets/field_edit.html", context, status=422 if form.errors else 200)


def drafted(form: FieldForm) -> list[OwnField]:
    """All fields of the pool with this one as it is being written, in its place."""
    active = [one for one in form.others if one.retired_at is None]
    draft = form.kept
    if form.is_bound and form.is_valid():
        draft = keeping.drafted(form.kept, form.wanted(), form.others)
    if draft is None:
        return active
    draft.retired_at = None
    return sorted([*active, draft], key=lambda one: one.position)


@require_POST
@needs(FIELDS_MANAGE)
def preview(request: StaffRequest) -> HttpResponse:
    """The form as customers will see it with what is being typed; stores nothing."""
    asked = request.GET.get("field", "")
    kept = get_field_to_manage(request.user, int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    form = form_for(request, kept.pool if kept else pool_of(request), kept)
    drawn = drafted(form)
    context = {"pool": form.pool, "form": form, "said": said_of(form, drawn), **preview_of(drawn, form.about)}
    return render(request, "tickets/_field_preview.html", context)


def said_of(form: FieldForm, drawn: list[OwnField]) -> str:
    """The condition being ticked, in words; what is wrong with it, if something is."""
    if not form.is_valid():
        return ""
    made = keeping.drafted(form.kept, form.wanted(), form.others)
    try:
        keeping.check(made, form.others)
    except NotAllowed as error:
        return str(error)
    said = rules.when_asked(made, drawn)
    return _("It is asked only when %(condition)s.") % {"condition": said} if said else ""


@require_POST
@needs(FIELDS_MANAGE)
def order(request: StaffRequest) -> HttpResponse:
    """`ids`: the fields in their new order, as they were dragged. Answers with the list."""
    pool = pool_of(request)
    mine = set(fields_to_manage(request.user).filter(pool=pool).values_list("pk", flat=True))
    ids = [int(one) for one in request.POST.getlist("ids") if one.isdecimal() and len(one) < 19]
    keeping.put_in_order(pool, [pk for pk in ids if pk in mine], actor=request.user)
    return render(request, "tickets/_field_list.html", list_context(request, pool))


@require_POST
@needs(FIELDS_MANAGE)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    """One place up or down among those in use."""
    kept = get_field_to_manage(request.user, pk)
    mine = fields_to_manage(request.user).filter(pool=kept.pool, about=kept.about, retired_at__isnull=True)
    ids = list(mine.order_by("position", "pk").values_list("pk", flat=True))
    if pk in ids:
        at = ids.index(pk)
        to = min(max(at + (-1 if request.POST.get("step") == "-1" else 1), 0), len(ids) - 1)
        ids.insert(to, ids.pop(at))
        keeping.put_in_order(kept.pool, ids, actor=request.user)
    return redirect(list_url(kept.pool))


@require_POST
@needs(FIELDS_MANAGE)
def retire(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_field_to_manage(request.user, pk)
    try:
        keeping.retire(kept, actor=request.user)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        text = _("“%(name)s” is asked no more. It stands below, to be brought back.")
        messages.success(request, text % {"name": kept.label})
    return redirect(list_url(kept.pool))


@require_POST
@needs(FIELDS_MANAGE)
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    kept = get_field_to_manage(request.user, pk)
    try:
        keeping.bring_back(kept, actor=request.user)
    except NotAllowed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(name)s” is asked again.") % {"name": kept.label})
    return redirect(list_url(kept.pool))


def list_url(pool: CustomerPool) -> str:
    return f"{reverse('tickets:fields')}?pool={pool.pk}"
