"""Who may do what with imports and with what visitors did not find. A stranger gets 404."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import brands_for, has
from accounts.models import User
from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ, ARTICLES_WRITE
from knowledge_base.models import Import, Miss


def imports_for(user: User) -> QuerySet[Import]:
    """Of the brands whose help centre the user may arrange."""
    return Import.objects.filter(brand__in=brands_for(user, ARTICLES_PUBLISH))


def get_import_for(user: User, pk: int) -> Import:
    """Raises Http404."""
    job = imports_for(user).select_related("brand", "made_by", "category").filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


def misses_for(user: User) -> QuerySet[Miss]:
    """Of the brands whose articles the user may read."""
    return Miss.objects.filter(brand__in=brands_for(user, ARTICLES_READ))


def get_miss_for(user: User, pk: int) -> Miss:
    """One the user may work on. Raises Http404."""
    miss = misses_for(user).select_related("brand", "article").filter(pk=pk).first()
    if miss is None or not has(user, ARTICLES_WRITE, brand_id=miss.brand_id):
        raise Http404
    return miss
