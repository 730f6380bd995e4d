from django.urls import path

from channels_app.api.messages import InboxMessages

urlpatterns = [path("inboxes/<slug:key>/messages/", InboxMessages.as_view(), name="inbox-messages")]
