"""Addresses of the customer screens, below /desk/customers/."""

from django.urls import path

from customers.views import directory

app_name = "customers"

urlpatterns = [
    path("", directory.customer_list, name="list"),
]
