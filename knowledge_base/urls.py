"""Addresses of the authors' desk, below /desk/articles/."""

from django.urls import path

from knowledge_base.views import categories, editor, languages, listing, pictures, publishing, versions

app_name = "articles"

urlpatterns = [
    path("", listing.article_list, name="list"),
    path("new/", listing.new, name="new"),
    path("links/<int:brand_pk>/", listing.links, name="links"),
    path("categories/", categories.shelves, name="categories"),
    path("categories/new/<int:brand_pk>/", categories.new, name="category_new"),
    path("categories/order/<int:brand_pk>/", categories.order, name="category_order"),
    path("categories/<int:pk>/", categories.edit, name="category"),
    path("categories/<int:pk>/delete/", categories.delete, name="category_delete"),
    path("<int:pk>/", editor.article, name="article"),
    path("<int:pk>/properties/", editor.properties, name="properties"),
    path("<int:pk>/pictures/", pictures.add, name="pictures"),
    path("<int:pk>/languages/", languages.add, name="languages"),
    path("<int:pk>/archive/", publishing.archive, name="archive"),
    path("<int:pk>/restore/", publishing.restore, name="restore"),
    path("<int:pk>/<slug:language>/", editor.text, name="text"),
    path("<int:pk>/<slug:language>/remove/", languages.remove, name="language_remove"),
    path("<int:pk>/<slug:language>/draft/", editor.draft, name="draft"),
    path("<int:pk>/<slug:language>/publish/", publishing.publish, name="publish"),
    path("<int:pk>/<slug:language>/schedule/", publishing.schedule, name="schedule"),
    path("<int:pk>/<slug:language>/unschedule/", publishing.unschedule, name="unschedule"),
    path("<int:pk>/<slug:language>/unpublish/", publishing.unpublish, name="unpublish"),
    path("<int:pk>/<slug:language>/versions/", versions.history, name="versions"),
    path("<int:pk>/<slug:language>/versions/keep/", versions.keep, name="version_keep"),
    path("<int:pk>/<slug:language>/versions/<int:number>/", versions.version, name="version"),
    path("<int:pk>/<slug:language>/versions/<int:number>/restore/", versions.restore, name="version_restore"),
    path("<int:pk>/<slug:language>/versions/<int:number>/publish/", versions.publish, name="version_publish"),
]
