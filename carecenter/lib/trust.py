"""Whom this machine trusts, for everything that goes out by TLS: mail, mailboxes, webhooks, sign-in by a provider."""

import ssl


def usual_trust() -> ssl.SSLContext:
    """Names, dates and signatures are checked against the machine's authorities, or those of SSL_CERT_FILE.

    Python 3.13 began to insist on the form of certificates too. Authorities of a firm's own often lack a part of it, an
    identifier of their key: a server that was reached before would no longer be.
    """
    context = ssl.create_default_context()
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
