from django.urls import path

from customers.api.customers import CustomerEndpoint
from customers.api.orders import OrderEndpoint

urlpatterns = [
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
    path(
        "customers/<int:customer>/orders/",
        OrderEndpoint.as_view({"get": "of_customer"}),
        name="customer-orders",
    ),
    path("orders/bulk/", OrderEndpoint.as_view({"post": "bulk"}), name="orders-bulk"),
    path("orders/", OrderEndpoint.as_view({"get": "list"}), name="orders"),
]
