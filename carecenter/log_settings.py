"""Settings of what processes print and trace."""

import sys

import environ

env = environ.Env()

# Traces go to this OTLP address, or where the standard variables say; without either nothing of it is imported.
OTEL_ENDPOINT = env.str("CARECENTER_OTEL_ENDPOINT", default="")
OTEL_SERVICE = env.str("OTEL_SERVICE_NAME", default="carecenter")
OTEL = "pytest" not in sys.modules and any(
    env.str(name, default="")
    for name in (
        "CARECENTER_OTEL_ENDPOINT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    )
)

# Objects of JSON, or lines for people; neither says who somebody is or what they wrote (carecenter/lib/logs.py).
LOG_FORMAT = env.str("CARECENTER_LOG_FORMAT", default="line")
LOG_REQUESTS = env.bool("CARECENTER_LOG_REQUESTS", default=LOG_FORMAT == "json")
LOG_VALUES = env.bool("CARECENTER_LOG_VALUES", default=env.bool("CARECENTER_DEBUG", default=False))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "carecenter.lib.logs.LineFormatter", "with_values": LOG_VALUES},
        "json": {"()": "carecenter.lib.logs.JsonFormatter", "with_values": LOG_VALUES},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": env.str("CARECENTER_LOG_LEVEL", default="WARNING")},
    "loggers": {
        # What these would print by handlers of their own has not gone through our formatter.
        **{name: {"handlers": [], "propagate": True} for name in ("uvicorn", "uvicorn.error", "django")},
        # As a child of a named one it would be opened again, which --no-access-log has shut: ours is RequestLog.
        "uvicorn.access": {"handlers": [], "propagate": False},
        "django.server": {"handlers": [], "propagate": True, "level": "WARNING"},
        **({"carecenter.requests": {"level": "INFO"}} if LOG_REQUESTS else {}),
    },
}
