from django.urls import path

from knowledge_base.api.articles import ArticleEndpoint, TextEndpoint
from knowledge_base.api.categories import CategoryEndpoint
from knowledge_base.api.gaps import GapEndpoint
from knowledge_base.api.help_centre import HelpCentreEndpoint, HelpLogoEndpoint
from knowledge_base.api.imports import ArticleImportEndpoint, ArticleImportJobEndpoint
from knowledge_base.api.pictures import PictureEndpoint
from knowledge_base.api.versions import VersionEndpoint

urlpatterns = [
    path("articles/", ArticleEndpoint.as_view({"get": "list", "post": "create"}), name="articles"),
    path("articles/search/", ArticleEndpoint.as_view({"get": "search"}), name="articles-search"),
    path(
        "articles/<int:pk>/",
        ArticleEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="article",
    ),
    path("articles/<int:pk>/archive/", ArticleEndpoint.as_view({"post": "archive"}), name="article-archive"),
    path("articles/<int:pk>/restore/", ArticleEndpoint.as_view({"post": "restore"}), name="article-restore"),
    path("articles/<int:pk>/texts/", TextEndpoint.as_view({"post": "create"}), name="article-texts"),
    path(
        "articles/<int:pk>/texts/<slug:language>/",
        TextEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="article-text",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/publish/",
        TextEndpoint.as_view({"post": "publish"}),
        name="article-publish",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/unpublish/",
        TextEndpoint.as_view({"post": "unpublish"}),
        name="article-unpublish",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/schedule/",
        TextEndpoint.as_view({"post": "schedule"}),
        name="article-schedule",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/unschedule/",
        TextEndpoint.as_view({"post": "unschedule"}),
        name="article-unschedule",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/remove/",
        TextEndpoint.as_view({"post": "remove"}),
        name="article-text-remove",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/versions/",
        VersionEndpoint.as_view({"get": "list", "post": "create"}),
        name="article-versions",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/versions/<int:number>/",
        VersionEndpoint.as_view({"get": "retrieve"}),
        name="article-version",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/versions/<int:number>/restore/",
        VersionEndpoint.as_view({"post": "restore"}),
        name="article-version-restore",
    ),
    path(
        "articles/<int:pk>/texts/<slug:language>/versions/<int:number>/publish/",
        VersionEndpoint.as_view({"post": "publish"}),
        name="article-version-publish",
    ),
    path("articles/<int:pk>/pictures/", PictureEndpoint.as_view({"post": "create"}), name="article-pictures"),
    path("article-gaps/", GapEndpoint.as_view({"get": "list"}), name="gaps"),
    path("article-gaps/<int:pk>/write/", GapEndpoint.as_view({"post": "write"}), name="gap-write"),
    path("article-gaps/<int:pk>/settle/", GapEndpoint.as_view({"post": "settle"}), name="gap-settle"),
    path("article-gaps/<int:pk>/reopen/", GapEndpoint.as_view({"post": "reopen"}), name="gap-reopen"),
    path(
        "article-imports/",
        ArticleImportEndpoint.as_view({"get": "list", "post": "create"}),
        name="imports",
    ),
    path("article-imports/<int:pk>/", ArticleImportJobEndpoint.as_view({"get": "retrieve"}), name="import"),
    path(
        "article-imports/<int:pk>/pages/",
        ArticleImportJobEndpoint.as_view({"get": "pages"}),
        name="import-pages",
    ),
    path(
        "article-imports/<int:pk>/start/",
        ArticleImportJobEndpoint.as_view({"post": "start"}),
        name="import-start",
    ),
    path(
        "article-imports/<int:pk>/undo/",
        ArticleImportJobEndpoint.as_view({"post": "undo"}),
        name="import-undo",
    ),
    path(
        "help-centres/<int:brand>/",
        HelpCentreEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="help-centre",
    ),
    path(
        "help-centres/<int:brand>/logo/",
        HelpLogoEndpoint.as_view({"post": "use"}),
        name="help-logo",
    ),
    path(
        "help-centres/<int:brand>/logo/remove/",
        HelpCentreEndpoint.as_view({"post": "remove"}),
        name="help-logo-remove",
    ),
    path(
        "help-centres/<int:brand>/logo/restore/",
        HelpCentreEndpoint.as_view({"post": "restore"}),
        name="help-logo-restore",
    ),
    path("categories/", CategoryEndpoint.as_view({"get": "list", "post": "create"}), name="categories"),
    path("categories/order/", CategoryEndpoint.as_view({"post": "order"}), name="categories-order"),
    path(
        "categories/<int:pk>/",
        CategoryEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="category",
    ),
    path("categories/<int:pk>/delete/", CategoryEndpoint.as_view({"post": "retire"}), name="category-delete"),
]
