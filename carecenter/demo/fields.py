"""What the shops ask beside the message, and what stands below their mails."""

import random
from collections.abc import Iterable
from typing import Any

from carecenter.demo.firm import House
from customers.models import OwnField
from tickets.models import Signature, Status, Ticket

Kind, Required = OwnField.Kind, OwnField.Required
BROKEN = [{"field": "reason", "values": ["damaged"]}]
# key, kind, names, help, choices as (code, English, German), needed, do customers see it, asked when
ASKED: tuple[tuple[Any, ...], ...] = (
    ("reason", Kind.CHOICE, "What is it about?", "Worum geht es?", "", "", (
        ("damaged", "Something is damaged", "Etwas ist beschädigt"),
        ("late", "My parcel is late", "Mein Paket kommt zu spät"),
        ("wrong", "I got the wrong thing", "Ich habe etwas Falsches bekommen"),
        ("return", "I want to return something", "Ich möchte etwas zurückgeben"),
        ("other", "Something else", "Etwas anderes"),
    ), Required.NEVER, True, []),
    ("part", Kind.CHOICE, "Which part?", "Welches Teil?", "", "", (
        ("pole", "Tent > Pole", "Zelt > Gestänge"),
        ("sheet", "Tent > Outer sheet", "Zelt > Außenhaut"),
        ("sole", "Boots > Sole", "Stiefel > Sohle"),
        ("seam", "Boots > Seam", "Stiefel > Naht"),
        ("zip", "Zip", "Reißverschluss"),
        ("strap", "Strap or buckle", "Riemen oder Schnalle"),
    ), Required.SENDING, True, BROKEN),
    ("photo", Kind.YES_NO, "Can you send a photo?", "Können Sie ein Foto schicken?",
     "One that shows the damage helps our workshop most.", "Am meisten hilft unserer Werkstatt eines vom Schaden.",
     (), Required.NEVER, True, BROKEN),
    ("remedy", Kind.CHOICE, "What we did", "Was wir getan haben", "", "", (
        ("repair", "Repaired", "Repariert"), ("replace", "Replaced", "Ersetzt"), ("refund", "Refunded", "Erstattet"),
    ), Required.SOLVING, False, BROKEN),
)  # fmt: skip
REASONS = {
    "warranty": "damaged", "garantie": "damaged", "repair": "damaged", "spare-part": "damaged", "late": "late",
    "verspätung": "late", "wrong-item": "wrong", "return": "return", "refund": "return", "exchange": "return",
}  # fmt: skip
PARTS = ("seam", "zip", "strap")
# brand: the whole brand's; of its own agent
SIGNATURES = {
    "harrowfell": "{{agent.name}}\n{{team.name}}\n\n{{brand.name}} · 12 Lake Road, Keswick · Ticket #{{ticket.number}}",
    "gratweg": "{{agent.name}}\n{{team.name}}\n\n{{brand.name}} · Ticket #{{ticket.number}}",
    "bramblecup": "{{agent.first_name}} at {{brand.name}}",
}


def ask_fields(houses: dict[str, House]) -> None:
    """The outdoor shops ask the same; the roaster asks nothing."""
    pool = houses["harrowfell"].brand.pool
    OwnField.objects.bulk_create(
        OwnField(
            pool=pool, key=key, kind=kind, name=name, names={"de": german}, help=hint,
            helps={"de": german_hint} if german_hint else {}, required=required, is_public=is_public,
            choices=[{"code": code, "name": one, "names": {"de": other}} for code, one, other in choices],
            conditions=conditions, position=place,
        )
        for place, (key, kind, name, german, hint, german_hint, choices, required, is_public, conditions)
        in enumerate(ASKED)
    )  # fmt: skip
    Signature.objects.bulk_create(
        Signature(brand=houses[slug].brand, text=text) for slug, text in SIGNATURES.items()
    )


def fill_in(tickets: Iterable[Ticket], houses: dict[str, House], rng: random.Random) -> None:
    """Values where the tags say what it was about, before the tickets are stored."""
    brands = {house.brand.pk for house in houses.values() if not house.is_coffee}
    for ticket in tickets:
        reason = next((REASONS[tag] for tag in ticket.tags if tag in REASONS), "")
        if not reason or ticket.brand_id not in brands:
            continue
        ticket.fields = {"reason": reason}
        if reason == "damaged":
            ticket.fields |= {"part": rng.choice(PARTS), "photo": rng.random() < 0.6}
            if ticket.status in (Status.SOLVED, Status.CLOSED):
                ticket.fields["remedy"] = rng.choice(("repair", "replace", "refund"))
