"""The chat on the outdoor shop's pages, and the answers it knows before a person does."""

import secrets

from accounts.models import CustomerPool
from carecenter.demo.firm import House
from channels_app.models import Connection
from tickets.models import CannedReply, Inbox

KEY = "harrowfell-chat"
CONFIG = {
    "origins": [],
    "title": "Harrowfell",
    "greeting": "Hello! Boots, tents or an order: ask us anything.",
    "color": "",
    "ask_name": "no",
    "ask_email": "optional",
    "suggest": True,
}
# shortcut, title, text
ANSWERS = (
    (
        "returns",
        "How do I return something?",
        """You have 60 days, worn or not. Print the label from your order page, put it on the parcel and hand it in at
any post office.

Your money is back within five working days after the parcel has been scanned.""",
    ),
    (
        "delivery",
        "When will my parcel arrive?",
        """Orders placed before noon leave the same day and take one to three working days. The link in the mail
“Your parcel is on its way” shows where it is.""",
    ),
    (
        "sizes",
        "Which size do boots come in?",
        """Our boots are cut for a thick sock. If you are between two sizes, take the larger one. We change them for
free within 60 days.""",
    ),
    (
        "repairs",
        "Do you repair zips, soles and seams?",
        """Yes, for as long as you wear it. Send it to our workshop in Keswick with a note; most repairs are done in
two weeks. In the first three years they cost nothing.""",
    ),
    (
        "store",
        "When is the Keswick store open?",
        "Every day from nine to half past five, in summer until seven. You find us at 12 Lake Road, by the theatre.",
    ),
)


def paragraphs(text: str) -> str:
    """Written in lines here, read in paragraphs there."""
    return "\n\n".join(" ".join(part.split("\n")) for part in text.split("\n\n"))


def open_chat(houses: dict[str, House]) -> Inbox:
    house = houses["harrowfell"]
    inbox = Inbox.objects.create(
        brand=house.brand,
        name="Chat on the shop",
        key=KEY,
        kind="webchat",
        default_team=house.team,
        follow_up=house.inboxes["harrowfell-support"],
    )
    connection = Connection(inbox=inbox, from_name=house.brand.name, config=CONFIG)
    connection.seal({"user_secret": secrets.token_urlsafe(32)})
    connection.save(force_insert=True)
    house.inboxes[KEY] = inbox
    pool: CustomerPool = house.brand.pool
    CannedReply.objects.bulk_create(
        CannedReply(
            pool=pool,
            brand=house.brand,
            shortcut=shortcut,
            title=title,
            text=paragraphs(text),
            language="en",
            is_public=True,
        )
        for shortcut, title, text in ANSWERS
    )
    return inbox
