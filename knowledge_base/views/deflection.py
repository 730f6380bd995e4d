"""What suggestions save us: two groups of visitors compared, with the interval, and how it is counted."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brands_for
from accounts.models import Brand
from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.time import now
from journal.actors import user_actor
from knowledge_base.access import get_brand_for
from knowledge_base.deflection_form import PERIODS, HeldOutForm, read_days
from knowledge_base.domain import deflection
from knowledge_base.domain.help_settings import save_held_out, settings_of, settings_of_all
from knowledge_base.models import Arm, StepName

EFFECT = 0.1  # the difference that the page says how many visitors it takes to see
WAY = (
    (gettext_lazy("Searched"), StepName.SEARCHED, StepName.SEARCHED),
    (gettext_lazy("Began to write to us"), StepName.BEGAN, StepName.BEGAN),
    (gettext_lazy("There were answers for them"), StepName.SUGGESTED, StepName.WOULD_SUGGEST),
    (gettext_lazy("Read an article"), StepName.READ, StepName.READ),
    (gettext_lazy("Said that it helped"), StepName.SOLVED, StepName.SOLVED),
    (gettext_lazy("Wrote to us"), StepName.SENT, StepName.SENT),
)


@dataclass(frozen=True)
class Bar:
    """One group as the page draws it: everything of a hundred, on a scale from 0 to 100."""

    label: str
    is_held_out: bool
    group: deflection.Group

    @property
    def rate(self) -> float:
        return round(100 * self.group.rate, 1)

    @property
    def low(self) -> float:
        return round(100 * self.group.interval()[0], 1)

    @property
    def high(self) -> float:
        return round(100 * self.group.interval()[1], 1)

    @property
    def reach(self) -> float:
        return round(self.high - self.low, 1)


@require_safe
@needs(ARTICLES_READ)
def page(request: StaffRequest) -> HttpResponse:
    """For one brand or all that the person may see, over one of the periods."""
    return render(request, "knowledge_base/deflection.html", context_of(request))


def context_of(request: StaffRequest, wrong: HeldOutForm | None = None) -> dict[str, Any]:
    brands = list(brands_for(request.user, ARTICLES_READ))
    chosen = next((one for one in brands if str(one.pk) == request.GET.get("brand", "")), None)
    days = read_days(request.GET.get("days", ""))
    until = now()
    since = until - timedelta(days=days)
    ids = [chosen.pk] if chosen else [one.pk for one in brands]
    found = deflection.estimate(deflection.strata_of(ids, since, until))
    return {
        "area": "articles",
        "articles_tab": "deflection",
        "brands": brands,
        "chosen": chosen,
        "periods": PERIODS,
        "days": days,
        "since": since,
        "until": until,
        "found": found,
        "said": figures(found) if found else None,
        "bars": bars(found) if found else (),
        "strata": strata(found, brands) if found and len(found.strata) > 1 else (),
        "way": way(ids, since, until),
        "needed": needed(found, ids),
        "followed_days": deflection.FOLLOWED.days,
        "few": deflection.FEW,
        "forms": setting_forms(request, chosen, wrong),
    }


def figures(found: deflection.Estimate) -> dict[str, Any]:
    """The words of the page, of a hundred visitors; minus signs are the sentence's business."""
    spared, least, most = found.spared()
    return {
        "difference": hundredth(abs(found.difference)),
        "signed": hundredth(found.difference),
        "low": hundredth(found.low),
        "high": hundredth(found.high),
        "confidence": round(100 * found.confidence),
        "is_more": found.difference < 0,
        "spared": spared,
        "least": least,
        "most": most,
    }


def hundredth(share: float) -> str:
    return number_format(round(100 * share, 1), 1)


def bars(found: deflection.Estimate) -> list[Bar]:
    return [
        Bar(_("Saw no suggestions"), True, found.held_out),
        Bar(_("Saw suggestions"), False, found.shown),
    ]


def strata(found: deflection.Estimate, brands: list[Brand]) -> list[dict[str, Any]]:
    names = {brand.pk: brand.name for brand in brands}
    total = sum(one.weight for one in found.strata)
    return [
        {
            "name": names.get(one.brand_id, ""),
            "stratum": one,
            "difference": hundredth(one.held_out.rate - one.shown.rate),
            "weight": round(100 * one.weight / total),
        }
        for one in found.strata
    ]


def way(brand_ids: list[int], since: Any, until: Any) -> list[tuple[str, int, int]]:
    """(what, visits of those who see none, visits of those who see some); nothing where nobody came."""
    counts = deflection.journey(brand_ids, since, until)
    if not counts:
        return []
    return [
        (str(label), counts.get((Arm.HELD_OUT, other), 0), counts.get((Arm.SHOWN, name), 0))
        for label, name, other in WAY
    ]


def needed(found: deflection.Estimate | None, brand_ids: list[int]) -> int:
    """How many visitors it takes to see a difference of EFFECT, at the smallest share that is held out."""
    shares = [one.held_out for one in settings_of_all(brand_ids) if one.held_out]
    if not shares:
        return 0
    rate = found.held_out.rate if found and not found.is_early else 0.5
    return deflection.needed(min(shares), EFFECT, rate=rate)


def setting_forms(
    request: StaffRequest, chosen: Brand | None, wrong: HeldOutForm | None = None
) -> list[HeldOutForm]:
    """One for each brand the person may arrange, of the chosen one alone."""
    brands = brands_for(request.user, ARTICLES_PUBLISH).order_by("name")
    ids = [brand.pk for brand in brands if chosen is None or brand.pk == chosen.pk]
    forms = [HeldOutForm(settings=one) for one in settings_of_all(ids)]
    if wrong is None:
        return forms
    return [wrong if form.settings.brand_id == wrong.settings.brand_id else form for form in forms]


@require_POST
@needs(ARTICLES_PUBLISH)
def held_out(request: StaffRequest, pk: int) -> HttpResponse:
    """The share of a brand's visitors who see no suggestions, from the next visitor on."""
    brand = get_brand_for(request.user, pk, ARTICLES_PUBLISH)
    form = HeldOutForm(request.POST, settings=settings_of(brand))
    if not form.is_valid():
        return render(request, "knowledge_base/deflection.html", context_of(request, form), status=422)
    save_held_out(brand, form.cleaned_data["held_out"], actor=user_actor(request.user.pk))
    messages.success(request, _("Saved. It counts for visitors who have not been here before."))
    return redirect("deflection:page")
