"""The words that ask: a letter with one link for each score, and one line for a conversation."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from carecenter.lib import mailer
from carecenter.lib.colours import safe_colour, text_on
from feedback.domain import scales, wording
from feedback.models import Invitation
from knowledge_base.domain.help_settings import settings_of
from knowledge_base.domain.logos import sign_of
from tickets.domain.asking import Question

PREFIX = "s"  # the pages below /s/


def question_of(invitation: Invitation) -> Question:
    """In the language of the invitation. Links hold its number, see `tickets.domain.private_links`."""
    with translation.override(invitation.language):
        context = context_of(invitation)
        text, html = mailer.words_of("feedback/mail/survey", context)
        return Question(
            subject=subject_of(invitation),
            text=text.strip(),
            html=html.strip(),
            line=f"{context['question']}\n{context['link']}",
        )


def context_of(invitation: Invitation) -> dict[str, Any]:
    survey, customer, brand = invitation.survey, invitation.customer, invitation.brand
    colour = safe_colour(brand.color)
    return {
        "brand": brand,
        "name": customer.name if customer else "",
        "ticket": invitation.ticket,
        "is_second": invitation.follow_up_id is not None,
        "question": wording.question(survey),
        "steps": scales.steps(survey),
        "look": scales.look_of(survey),
        "is_two": len(scales.SCORES[survey.measure]) == 2,
        "ends": scales.ends(survey.measure),
        "link": closed_link(invitation),
        "sign": sign_of(settings_of(brand)),
        "colour": colour,
        "on_colour": text_on(colour),
    }


def closed_link(invitation: Invitation) -> str:
    base = invitation.brand.public_base_url or settings.PUBLIC_BASE_URL
    return f"{base.rstrip('/')}/{PREFIX}/~{invitation.pk}/"


def subject_of(invitation: Invitation) -> str:
    if invitation.follow_up_id is not None:
        return _("Is everything settled now?")
    return _("How was our help?")


def keys_of(numbers: set[int], ticket_ids: list[int]) -> dict[int, str]:
    """The keys of invitations about these tickets: what makes a link open."""
    found = Invitation.objects.filter(pk__in=numbers, ticket__in=ticket_ids)
    return dict(found.values_list("pk", "key"))
