"""The SMTP inlet: mail comes in, is stored, and only then answered 250."""
