"""Kind form: a plain page where people write to an inbox; the answer goes by mail."""
