"""What the help centre says about how far an installation is set up."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import brands_for
from accounts.models import User
from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_WRITE
from carecenter.lib.steps import Step
from knowledge_base.models import Article, HelpSettings


def look(user: User) -> Step | None:
    brands = brands_for(user, ARTICLES_PUBLISH)
    brand = brands.order_by("pk").first()
    if brand is None:
        return None
    return Step(
        code="look",
        title=_("Choose the look"),
        text=_("Colour, logo and greeting of the help centre, of forms and of the chat."),
        is_done=HelpSettings.objects.filter(brand__in=brands).exists(),
        url=reverse("help_look:page", args=[brand.pk]),
        action=_("Choose"),
        fact=_("The look is chosen."),
    )


def article(user: User) -> Step | None:
    brands = brands_for(user, ARTICLES_PUBLISH)
    if not brands.exists():
        return None
    brand = brands_for(user, ARTICLES_WRITE).in_use().order_by("pk").first()
    count = Article.objects.filter(brand__in=brands, texts__published__isnull=False).distinct()[:100].count()
    return Step(
        code="article",
        title=_("Publish a help article"),
        text=_("The question you hear most, answered once. Forms and chats offer it by themselves."),
        is_done=count > 0,
        url=reverse("articles:list") if count or brand is None else reverse("articles:new"),
        fields={"brand": brand.pk} if brand and not count else {},
        action=_("Write"),
        fact=ngettext("%(count)s article is published.", "%(count)s articles are published.", count)
        % {"count": count},
    )
