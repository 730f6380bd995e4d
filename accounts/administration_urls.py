"""Addresses of what accounts let administrators set, below /admin-desk/."""

from django.urls import path

from accounts.views import brands

urlpatterns = [
    path("brands/", brands.brands, name="brands"),
    path("brands/new/", brands.new, name="brand_new"),
    path("brands/preview/", brands.preview, name="brand_preview"),
    path("brands/<int:pk>/", brands.edit, name="brand"),
    path("brands/<int:pk>/archive/", brands.archive, name="brand_archive"),
    path("brands/<int:pk>/restore/", brands.restore, name="brand_restore"),
    path("brands/<int:pk>/delete/", brands.delete, name="brand_delete"),
]
