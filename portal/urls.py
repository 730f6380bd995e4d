"""Addresses below /help/BRAND/: the brand's own language bare, others with their code in front."""

from django.urls import include, path, register_converter

from portal.languages import LanguageConverter
from portal.views import help as pages
from portal.views import help_marks as marks
from portal.views import help_pictures as pictures
from portal.views import help_search as search

register_converter(LanguageConverter, "language")

app_name = "help"
in_a_language = [
    path("", pages.home, name="home"),
    path("search/", search.search_page, name="search"),
    path("suggest/", search.suggest, name="suggest"),
    path("categories/<slug:slug>/", pages.category, name="category"),
    path("articles/<slug:slug>/", pages.article, name="article"),
    path("articles/<slug:slug>/vote/", marks.vote, name="vote"),
]
urlpatterns = [
    *in_a_language,
    path("seen/", marks.seen, name="seen"),
    path("write/", pages.write, name="write"),
    path("pictures/<slug:key>/", pictures.picture, name="picture"),
    path("logo/<slug:key>/", pictures.logo, name="logo"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("<language:language>/", include(in_a_language)),
]
