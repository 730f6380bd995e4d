"""Predictions for a corpus of mails that lies beside the repository, in the form its scorer reads.

`python -m tests.channels_app.kinds.email.corpus FOLDER > predictions.jsonl`
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from channels_app.kinds.email.parse import parse_mail
from channels_app.kinds.email.replies import find_reply


def predictions(folder: Path) -> Iterator[dict[str, Any]]:
    """One line for each file of `mail/expectations.jsonl`. What raises is left out: the scorer counts it as a crash."""
    for line in (folder / "mail/expectations.jsonl").read_text().splitlines():
        case = json.loads(line)
        raw = (folder / case["file"]).read_bytes()
        try:
            yield {"file": case["file"], **_answer(case["kind"], raw)}
        except Exception as error:  # noqa: BLE001 -- named here, counted there
            print(f"{case['file']}: {type(error).__name__}", file=sys.stderr)


def _answer(kind: str, raw: bytes) -> dict[str, Any]:
    if kind != "mime":
        text = raw.decode("utf-8", "replace")
        return {"reply_text": find_reply(text, "") if kind == "text_body" else find_reply("", text)}
    event = parse_mail(raw)
    bounce = event.bounces[0] if event.bounces else None
    return {
        "from": event.sender_address,
        "from_name": event.sender_name,
        "subject": event.subject,
        "text": event.text,
        "reply_text": event.reply_text,
        "attachments": [file.name for file in event.attachments],
        "is_auto": event.is_auto,
        "is_bounce": event.is_bounce,
        "bounce": {"dsn": bounce.dsn, "hard": bounce.hard} if bounce else None,
        "in_reply_to": event.in_reply_to,
    }


if __name__ == "__main__":
    for prediction in predictions(Path(sys.argv[1])):
        print(json.dumps(prediction, ensure_ascii=False))
