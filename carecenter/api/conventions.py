"""How every endpoint behaves, and how the schema is written: settings of the API framework and of drf-spectacular."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.api.authentication.BearerAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["carecenter.api.throttles.TokenThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["carecenter.api.parsers.StrictJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "carecenter.api.parsers.OneForm",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "carecenter.api.schema.Described",
    "EXCEPTION_HANDLER": "carecenter.api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Carecenter API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVERS": [{"url": "/api/v1"}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {"signature": {"type": "apiKey", "in": "header", "name": "webhook-signature"}}
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "Kind": "carecenter.lib.kinds.kind_choices",
        "TicketStatus": "tickets.models.Status",
        "Direction": "tickets.models.Direction",
        "Delivery": "tickets.models.Delivery",
        "OrderStatus": "customers.models.Order.Status",
        "IdentityKind": "customers.models.Identity.Kind",
        "ArticleVisibility": "knowledge_base.models.Visibility",
        "ArticleImportState": "knowledge_base.models.Import.State",
        "BulkState": "tickets.models.BulkJob.State",
        "BulkVerb": "tickets.models.BulkJob.Verb",
        "FieldKind": "customers.models.OwnField.Kind",
        "HealthState": "carecenter.health_api.STATES",
        "Language": "django.conf.settings.LANGUAGES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "carecenter.api.schema.tell_problems",
    ],
}
