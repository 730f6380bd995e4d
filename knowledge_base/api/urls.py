from django.urls import path

from knowledge_base.api.articles import ArticleEndpoint, TextEndpoint
from knowledge_base.api.categories import CategoryEndpoint
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
    path("categories/", CategoryEndpoint.as_view({"get": "list", "post": "create"}), name="categories"),
    path("categories/order/", CategoryEndpoint.as_view({"post": "order"}), name="categories-order"),
    path(
        "categories/<int:pk>/",
        CategoryEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="category",
    ),
    path("categories/<int:pk>/delete/", CategoryEndpoint.as_view({"post": "retire"}), name="category-delete"),
]
