"""What browsers are told to allow on our pages. carecenter.settings takes it all."""

import environ

env = environ.Env()

# Browsers tell of what the policy stopped; `carecenter.urls` has the page.
POLICY_REPORTS = "/policy-reports/"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'"],
        "frame-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
        "report-uri": [POLICY_REPORTS],  # Firefox and Safari
        "report-to": "policy",  # the others: named in Reporting-Endpoints
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("CARECENTER_HSTS_SUBDOMAINS", default=True)
