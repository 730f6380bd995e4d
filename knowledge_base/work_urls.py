"""What authors work on beside articles, below /desk/articles/: what was not found, and articles from files."""

from django.urls import path

from knowledge_base.views import gaps, imports

app_name = "article_work"

urlpatterns = [
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/<int:pk>/write/", gaps.write, name="gap_write"),
    path("gaps/<int:pk>/settle/", gaps.settle, name="gap_settle"),
    path("gaps/<int:pk>/reopen/", gaps.reopen, name="gap_reopen"),
    path("import/", imports.imports, name="imports"),
    path("import/<int:pk>/", imports.job, name="import"),
    path("import/<int:pk>/start/", imports.start, name="import_start"),
    path("import/<int:pk>/undo/", imports.undo, name="import_undo"),
]
