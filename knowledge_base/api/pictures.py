"""Pictures for articles: the bytes in, drawn anew, and the address by which an article shows them."""

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.permissions import ARTICLES_WRITE
from carecenter.api.fields import Input, Text
from carecenter.api.parsers import BytesParser
from carecenter.api.request import SignedRequest
from carecenter.api.views import read_query, shown
from knowledge_base.api.articles import ArticleEndpointSet, article_to
from knowledge_base.domain import pictures
from knowledge_base.domain.errors import BadPicture
from knowledge_base.models import Picture


class PictureParser(BytesParser):
    def most(self) -> int:
        return pictures.MAX_BYTES


class PictureQuery(Input):
    name = Text(max_length=120, required=False, default="", allow_blank=True, help_text="For colleagues.")


class ArticlePictureShown(serializers.Serializer[Picture]):
    src = serializers.SerializerMethodField(help_text='For `<img src="…">` in the HTML of articles.')
    width = serializers.IntegerField(help_text="As it was drawn, at most 2000.")
    height = serializers.IntegerField()

    def get_src(self, picture: Picture) -> str:
        return reverse("help:picture", args=[picture.brand.slug, picture.key])


def sent(request: SignedRequest) -> bytes:
    """The bytes of the body; without any it is an empty object."""
    body: Any = request.data
    return body if isinstance(body, bytes) else b""


class PictureEndpoint(ArticleEndpointSet):
    parser_classes = (PictureParser,)
    refusals = {**ArticleEndpointSet.refusals, BadPicture: (422, "bad-picture")}

    @extend_schema(
        parameters=[PictureQuery],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: ArticlePictureShown},
    )
    def create(self, request: SignedRequest, pk: int) -> Response:
        """Send the bytes of a picture: PNG, JPEG, GIF or WebP of up to 15 MB, kept as its pixels alone."""
        query = read_query(request, PictureQuery)
        article = article_to(request, ARTICLES_WRITE, pk)
        made = pictures.add_picture(article.brand, sent(request), name=query["name"], actor=request.user)
        return Response(shown(request, made, ArticlePictureShown), status=201)
