from django.urls import path

from webhooks.api.webhooks import DeliveryEndpoint, WebhookEndpoint

urlpatterns = [
    path("webhooks/", WebhookEndpoint.as_view({"get": "list", "post": "create"}), name="webhooks"),
    path("webhooks/<int:pk>/", WebhookEndpoint.as_view({"get": "retrieve"}), name="webhook"),
    path("webhooks/<int:pk>/change/", WebhookEndpoint.as_view({"post": "change"}), name="webhook-change"),
    path("webhooks/<int:pk>/delete/", WebhookEndpoint.as_view({"post": "delete"}), name="webhook-delete"),
    path("webhooks/<int:pk>/try/", WebhookEndpoint.as_view({"post": "try_out"}), name="webhook-try"),
    path("webhooks/<int:pk>/secret/", WebhookEndpoint.as_view({"post": "secret"}), name="webhook-secret"),
    path("webhooks/<int:pk>/deliveries/", DeliveryEndpoint.as_view({"get": "list"}), name="deliveries"),
    path("deliveries/<int:pk>/again/", DeliveryEndpoint.as_view({"post": "again"}), name="delivery-again"),
]
