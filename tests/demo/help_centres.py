"""The demo's help centres: whole, in two languages, found by the search, without a dead link."""

from django.test import Client

from accounts.models import Brand
from knowledge_base.domain.links import all_broken
from knowledge_base.domain.reading import published
from knowledge_base.models import Entry, Text


def assert_help_centres_are_whole() -> None:
    brands = {brand.slug: brand for brand in Brand.objects.all()}
    counts = {slug: published(brand).count() for slug, brand in brands.items()}
    assert counts == {"harrowfell": 22, "gratweg": 6, "bramblecup": 6}
    assert Text.objects.filter(published__isnull=False, language="de").count() == 14
    assert Entry.objects.count() == Text.objects.filter(published__isnull=False).count()
    assert [all_broken(brand) for brand in brands.values()] == [[], [], []]
    for slug in brands:
        html = Client().get(f"/help/{slug}/").content.decode()
        assert f'href="/f/{slug}-form/"' in html
    found = Client().get("/help/harrowfell/search/", {"q": "my boots are too small"}).content.decode()
    assert "/help/harrowfell/articles/" in found
