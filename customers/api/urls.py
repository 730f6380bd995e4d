from django.urls import path

from accounts.api.administration import KEPT
from customers.api.customers import CustomerEndpoint
from customers.api.joining import JoiningEndpoint
from customers.api.notes import CustomerNoteEndpoint
from customers.api.orders import OrderEndpoint
from customers.api.wishes import ConsentEndpoint, OrganisationEndpoint

urlpatterns = [
    path(
        "customers/<int:pk>/consents/",
        ConsentEndpoint.as_view({"get": "retrieve", "post": "tell"}),
        name="customer-consents",
    ),
    path("organisations/<int:pk>/", OrganisationEndpoint.as_view(KEPT), name="organisation"),
    path("customers/", CustomerEndpoint.as_view({"get": "list", "post": "create"}), name="customers"),
    path("customers/bulk/", CustomerEndpoint.as_view({"post": "bulk"}), name="customers-bulk"),
    path(
        "customers/<int:pk>/",
        CustomerEndpoint.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="customer",
    ),
    path(
        "customers/<int:pk>/identities/",
        CustomerEndpoint.as_view({"post": "identify"}),
        name="customer-identities",
    ),
    path("customers/<int:pk>/merge/", JoiningEndpoint.as_view({"post": "merge"}), name="customer-merge"),
    path(
        "customers/<int:pk>/unmerge/", JoiningEndpoint.as_view({"post": "unmerge"}), name="customer-unmerge"
    ),
    path(
        "customers/<int:pk>/proposals/",
        JoiningEndpoint.as_view({"get": "proposals"}),
        name="customer-proposals",
    ),
    path("proposals/<int:pk>/join/", JoiningEndpoint.as_view({"post": "join"}), name="proposal-join"),
    path(
        "proposals/<int:pk>/dismiss/", JoiningEndpoint.as_view({"post": "dismiss"}), name="proposal-dismiss"
    ),
    path(
        "customers/<int:customer>/notes/",
        CustomerNoteEndpoint.as_view({"get": "list", "post": "create"}),
        name="customer-notes",
    ),
    path("notes/<int:pk>/delete/", CustomerNoteEndpoint.as_view({"post": "retire"}), name="note-delete"),
    path(
        "customers/<int:customer>/orders/",
        OrderEndpoint.as_view({"get": "of_customer"}),
        name="customer-orders",
    ),
    path("orders/bulk/", OrderEndpoint.as_view({"post": "bulk"}), name="orders-bulk"),
    path("orders/", OrderEndpoint.as_view({"get": "list"}), name="orders"),
]
