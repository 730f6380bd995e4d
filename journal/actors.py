"""Who did it, as a short code: the journal knows no other app, so it knows no person either."""

SYSTEM = "system"


def user_actor(user_id: int) -> str:
    return f"user:{user_id}"


def customer_actor(customer_id: int) -> str:
    return f"customer:{customer_id}"


def user_id_of(actor: str) -> int | None:
    kind, _, number = actor.partition(":")
    return int(number) if kind == "user" and number else None
