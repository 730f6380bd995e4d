"""Addresses of the customer screens, below /desk/customers/."""

from django.urls import path

from customers.views import customer, directory, fields, joining, organisation

app_name = "customers"

urlpatterns = [
    path("", directory.customer_list, name="list"),
    path("<int:pk>/", customer.detail, name="detail"),
    path("<int:pk>/panel/", customer.panel, name="panel"),
    path("<int:pk>/edit/", customer.edit, name="edit"),
    path("<int:pk>/field/", fields.set_field, name="field"),
    path("<int:pk>/identities/", customer.identity_add, name="identity_add"),
    path("<int:pk>/notes/", customer.note_add, name="note_add"),
    path("<int:pk>/merge/", joining.merge, name="merge"),
    path("<int:pk>/search/", directory.choices, name="search"),
    path("<int:pk>/consent/", organisation.consent, name="consent"),
    path("organisations/<int:pk>/", organisation.organisation, name="organisation"),
    path("notes/<int:pk>/delete/", customer.note_delete, name="note_delete"),
    path("merges/<int:pk>/undo/", joining.unmerge, name="unmerge"),
    path("proposals/<int:pk>/join/", joining.proposal_join, name="proposal_join"),
    path("proposals/<int:pk>/dismiss/", joining.proposal_dismiss, name="proposal_dismiss"),
]
