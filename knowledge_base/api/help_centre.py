"""How a brand's help centre looks, greets and suggests. The verbs and forms of its pages."""

from typing import Any

from django.conf.locale import LANG_INFO
from django.db import transaction
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need, need_admin
from accounts.models import Brand
from accounts.permissions import ARTICLES_PUBLISH
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Input, Text
from carecenter.api.parsers import BytesParser
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example
from carecenter.api.views import checked, read_body, read_query, shown
from journal.actors import user_actor
from knowledge_base.access import get_brand_for
from knowledge_base.api.articles import ArticleEndpointSet
from knowledge_base.api.pictures import sent
from knowledge_base.deflection_form import HeldOutForm
from knowledge_base.domain import logos
from knowledge_base.domain.errors import BadPicture
from knowledge_base.domain.help_look import save_look
from knowledge_base.domain.help_settings import save_held_out, settings_of
from knowledge_base.domain.reading import languages_of
from knowledge_base.look_form import LINK, MOST_LINKS, LookForm
from knowledge_base.models import HelpSettings, Logo
from knowledge_base.models.help_settings import MOST_HELD_OUT

GROUNDS = ("light", "dark")


def by_language(longest: int) -> serializers.DictField:
    return serializers.DictField(
        child=Text(max_length=longest, allow_blank=True),
        required=False,
        help_text="By language, all each time; without one our own words.",
    )


class HelpLinkWrite(Input):
    name = Text(max_length=60)
    url = Text(max_length=300)

    def validate_name(self, name: str) -> str:
        if "|" in name:
            raise serializers.ValidationError("No bar in it.")
        return " ".join(name.split())

    def validate_url(self, url: str) -> str:
        if not LINK.fullmatch(url):
            raise serializers.ValidationError("An address that begins with https://.")
        return url


@example({"color": "#2f6f4f", "headings": {"en": "How can we help?"}, "held_out": 10})
class HelpCentreChange(Input):
    color = Text(max_length=7, required=False, help_text="As in #2f6f4f.")
    public_base_url = Text(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="Its own host. Mails lead there: needs the scope `admin` too.",
    )
    site_url = Text(max_length=200, required=False, allow_blank=True, help_text="Linked at the foot.")
    links = serializers.ListField(
        child=HelpLinkWrite(), required=False, max_length=MOST_LINKS, help_text="At the foot. All, each time."
    )
    mail_links = serializers.BooleanField(
        required=False, help_text="Answers by mail lead to the customer's page."
    )
    headings = by_language(80)
    greetings = by_language(200)
    held_out = serializers.IntegerField(
        min_value=0,
        max_value=MOST_HELD_OUT,
        required=False,
        help_text="Percent of visitors who see no suggestions, from the next visitor on.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("headings", "greetings"):
            if unknown := [code for code in attrs.get(name, {}) if "name" not in LANG_INFO.get(code, {})]:
                raise serializers.ValidationError({name: [f"There is no language {unknown[0][:20]}."]})
        return attrs


class LogoQuery(Input):
    ground = serializers.ChoiceField(choices=GROUNDS, default="light", help_text="Of the page it stands on.")


@example({"ground": "dark"})
class LogoWrite(LogoQuery):
    pass


class HelpLinkShown(serializers.Serializer[dict[str, str]]):
    name = serializers.CharField()
    url = serializers.CharField()


class HelpLogoShown(serializers.Serializer[Logo]):
    url = serializers.SerializerMethodField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()

    def get_url(self, logo: Logo) -> str:
        whole: str = self.context["request"].build_absolute_uri(logos.path_of(logo.brand, logo))
        return whole


class HelpCentreShown(serializers.Serializer[HelpSettings]):
    brand = serializers.IntegerField(source="brand_id")
    color = serializers.CharField(source="brand.color")
    public_base_url = serializers.CharField(source="brand.public_base_url")
    site_url = serializers.CharField()
    links = HelpLinkShown(many=True)
    mail_links = serializers.BooleanField()
    headings = serializers.DictField(child=serializers.CharField())
    greetings = serializers.DictField(child=serializers.CharField())
    held_out = serializers.IntegerField()
    logo = HelpLogoShown(allow_null=True)
    logo_dark = HelpLogoShown(allow_null=True)


class LogoParser(BytesParser):
    def most(self) -> int:
        return logos.MAX_BYTES


class HelpCentreSet(ArticleEndpointSet):
    def brand_to(self, request: SignedRequest, pk: int) -> Brand:
        """Raises Http404 for one whose help centre the user does not arrange."""
        need(request.user, ARTICLES_PUBLISH)
        return get_brand_for(request.user, pk, ARTICLES_PUBLISH)

    def answer(self, request: SignedRequest, brand: Brand) -> Response:
        return with_tag(shown(request, settings_of(brand), HelpCentreShown))


class HelpCentreEndpoint(HelpCentreSet):
    @extend_schema(responses=HelpCentreShown)
    def retrieve(self, request: SignedRequest, brand: int) -> Response:
        """Show how a brand's help centre looks, greets and suggests."""
        return self.answer(request, self.brand_to(request, brand))

    @extend_schema(request=HelpCentreChange, responses=HelpCentreShown)
    def partial_update(self, request: SignedRequest, brand: int) -> Response:
        """Change it, from the next page on. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, HelpCentreChange, partial=True)
        with transaction.atomic():
            row = hold(self.brand_to(request, brand))
            saved = settings_of(row)
            check_seen(request, shown(request, saved, HelpCentreShown))
            if body.get("public_base_url", row.public_base_url) != row.public_base_url:
                need_admin(request.user, ARTICLES_PUBLISH)  # mails lead there: as with `admin/brands/`
            if "held_out" in body:
                percent = checked(HeldOutForm({"held_out": body.pop("held_out")}, settings=saved))
                save_held_out(row, percent["held_out"], actor=user_actor(request.user.pk))
            if body:
                save_look(row, look_form(saved, body).look(), actor=user_actor(request.user.pk))
        return self.answer(request, self.brand_to(request, brand))

    @extend_schema(request=LogoWrite, responses=HelpCentreShown)
    def remove(self, request: SignedRequest, brand: int) -> Response:
        """Show no logo any more; the one before can be put back."""
        return self.turn(request, brand, logos.take_away)

    @extend_schema(request=LogoWrite, responses=HelpCentreShown)
    def restore(self, request: SignedRequest, brand: int) -> Response:
        """Put the latest logo back that is not in use; nothing happens where there never was another."""
        return self.turn(request, brand, logos.put_back)

    def turn(self, request: SignedRequest, pk: int, verb: Any) -> Response:
        body = read_body(request, LogoWrite)
        row = self.brand_to(request, pk)
        verb(row, is_dark=body["ground"] == "dark", actor=request.user)
        return self.answer(request, row)


class HelpLogoEndpoint(HelpCentreSet):
    """Takes bytes, where the others take JSON."""

    parser_classes = (LogoParser,)
    refusals = {**ArticleEndpointSet.refusals, BadPicture: (422, "bad-picture")}

    @extend_schema(
        parameters=[LogoQuery],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=HelpCentreShown,
    )
    def use(self, request: SignedRequest, brand: int) -> Response:
        """Send the bytes of a logo: PNG, JPEG or WebP of up to 2 MB, used at once. The one before is kept."""
        query = read_query(request, LogoQuery)
        row = self.brand_to(request, brand)
        drawn = logos.draw_logo(sent(request))
        logos.use_logo(row, drawn, is_dark=query["ground"] == "dark", actor=request.user)
        return self.answer(request, row)


def look_form(saved: HelpSettings, body: dict[str, Any]) -> LookForm:
    """As the page would send it, with what is saved for what is missing. Raises ValidationError."""
    words = {
        "heading": body.get("headings", saved.headings),
        "greeting": body.get("greetings", saved.greetings),
    }
    codes = list(dict.fromkeys([*languages_of(saved.brand), *words["heading"], *words["greeting"]]))
    form = LookForm(brand=saved.brand, saved=saved, codes=codes)
    typed = {**form.initial, **{name: body[name] for name in form.fields if name in body}}
    if "links" in body:
        typed["links"] = "\n".join(f"{one['name']} | {one['url']}" for one in body["links"])
    for kind, said in words.items():
        typed |= {f"{kind}_{code}": said.get(code, "") for code in codes}
    form = LookForm(typed, brand=saved.brand, saved=saved, codes=codes)
    called = {f"{kind}_{code}": f"{kind}s" for kind in words for code in codes}
    checked(form, called)
    return form
