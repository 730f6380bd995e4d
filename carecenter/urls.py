"""Every address of the site. tests/architecture walks this table as a stranger."""

from django.conf import settings
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from carecenter import administration, health
from carecenter.policy_reports import views as reports
from channels_app.views import chat_pages

# Where the pages of administration stood before: links to them still lead there.
moved = re_path(
    r"^(?:desk/settings|accounts)/(?P<page>inboxes|hours|replies|surveys|health|people|parked)/(?P<rest>.*)$",
    RedirectView.as_view(url="/admin-desk/%(page)s/%(rest)s", query_string=True, permanent=True),
    name="moved",
)
urlpatterns = [
    path("", administration.home, name="home"),
    path("healthz/", health.healthz, name="healthz"),
    path("readyz/", health.readyz, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("policy-reports/", reports.report, name="policy_reports"),
    path("", include("accounts.urls")),
    path("", include("tickets.urls")),
    path("", include("workforce.urls")),
    path("admin-desk/", administration.start, name="administration"),
    path("admin-desk/health/", health.page, name="health"),
    path("admin-desk/inboxes/", include("channels_app.inbox_urls")),
    path("admin-desk/imports/", include("channels_app.import_urls")),
    path("admin-desk/inboxes/<int:pk>/mailbox/", include("channels_app.mailbox_urls")),
    path("admin-desk/outgoing-mail/", include("channels_app.outgoing_urls")),
    path("admin-desk/surveys/", include("feedback.survey_urls")),
    path("admin-desk/data/", include("portal.data_urls")),
    path("admin-desk/webhooks/", include("webhooks.urls")),
    moved,
    path("desk/customers/", include("customers.urls")),
    path("desk/intake/", include("channels_app.urls")),
    path("desk/feedback/", include("feedback.desk_urls")),
    path("desk/chats/", include("channels_app.desk_chat_urls")),
    path("desk/articles/broken-links/", include("knowledge_base.broken_urls")),
    path("desk/articles/look/", include("knowledge_base.look_urls")),
    path("desk/articles/deflection/", include("knowledge_base.deflection_urls")),
    path("desk/articles/", include("knowledge_base.work_urls")),
    path("desk/articles/", include("knowledge_base.urls")),
    path("desk/privacy/", include("portal.privacy_urls")),
    path("insights/", include("insights.urls")),
    path("help/<slug:brand>/my/", include("portal.my_urls")),
    path("help/<slug:brand>/", include("portal.urls")),
    path("f/", include("channels_app.page_urls")),
    path("s/", include("feedback.page_urls")),
    path("widget.js", chat_pages.widget, name="widget"),
    path("chat/<slug:key>/", include("channels_app.chat_urls")),
    path("api/v1/", include("carecenter.api.urls")),
]
# What is missing looks like the brand it was looked for at.
handler404 = "portal.views.lost.not_found"
if settings.DEMO:
    urlpatterns.append(path("demo/", include("channels_app.demo_urls")))
if settings.BENCH:
    urlpatterns.append(path("floor/", include("bench.floor")))
