"""What every endpoint of the API shares: problems, pages, preconditions, repeats, rate limits.

Knows no app: the apps' own endpoints are in their `api/` packages, and only `urls.py` names those.
"""
