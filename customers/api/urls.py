from django.urls import path

from customers.api.customers import CustomerEndpoint
from customers.api.orders import OrderEndpoint

urlpatterns = [
    path("customers/", CustomerEndpoint.as_view({"get": "list"}), name="customers"),
    path("customers/<int:pk>/", CustomerEndpoint.as_view({"get": "retrieve"}), name="customer"),
    path(
        "customers/<int:customer>/orders/",
        OrderEndpoint.as_view({"get": "of_customer"}),
        name="customer-orders",
    ),
    path("orders/", OrderEndpoint.as_view({"get": "list"}), name="orders"),
]
