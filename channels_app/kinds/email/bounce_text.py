"""Failure notices in words only: qmail, Exim, Exchange, Notes, and whoever else explains it in a sentence."""

from __future__ import annotations

import re

from channels_app.kinds.email.headers import Headers

_SUBJECT = re.compile(
    r"undeliver(?:able|ed)|delivery (?:status )?(?:notification|failure|failed|error|problem|report|"
    r"has failed|unsuccessful|status)|"
    r"(?:mail|message|e-?mail) (?:delivery|system) (?:fail|error|warning|problem|notification|report|"
    r"status|system)|"
    r"mail failed|(?:mail|message|e-?mail) (?:could not be|not|was not|wasn't|cannot be) (?:delivered|"
    r"sent)|"
    r"failure (?:notice|delivery)|returned mail|mail(?:s)? (?:was )?returned|return(?:ed)? to sender|"
    r"returning (?:mail|message)|"
    r"(?:non|un)-?delivery|non remis|nicht zustell|unzustellbar|zustellung fehlgeschlagen|"
    r"übermittlung(?:sstatus)? .{0,20}fehlgeschlagen|"
    r"warning: (?:could not send|message)|could not send message|mail error|mail failure|user unknown|"
    r"unknown user|"
    r"(?:problems?|failed|error|failure)[^a-z]{0,6}(?:delivering|sending|to deliver|to send|mail|"
    r"message)|deliver(?:y|ing) to the following|"
    r"échec de (?:la )?(?:remise|distribution)|non consegnat|mancat[ao] (?:consegna|recapito)|"
    r"no se (?:ha )?(?:pudo|podido) entregar|"
    r"não (?:foi )?entregue|недоставлен|не доставлен|не удалось доставить|投递失败|退信|系统退信|"
    r"配信(?:不能|エラー)|"
    r"送信(?:エラー|失敗|不能)|"
    r"エラーメール|배달 ?실패|반송|^(?:dsn|ndr|ndn)\s*:|bounced?\b.{0,20}(?:mail|message)|"
    r"onbestelbaar|loop alert|"
    r"loop detected|mail loop",
    re.IGNORECASE,
)
_STRONG_TEXT = re.compile(
    r"this is (?:the qmail-send program|the mail system at host|"
    r"an automatically generated delivery status|a permanent error)|"
    r"the following (?:address(?:es)? (?:had|failed)|recipient(?:s|\(s\))? (?:could|did|can|cannot|"
    r"were|was))|could not be delivered to|"
    r"permanent fatal errors|undeliver(?:ed|able) (?:to|mail|message)|could not be delivered to|"
    r"was not delivered to|wasn't delivered to|"
    r"(?:unable|failed|not able) to deliver (?:your|the|this|it|to|message|mail)|"
    r"delivery to the following recipients? (?:failed|has)|did not reach the following recipient|"
    r"(?:i'm |i am |we were |we are )?(?:afraid i wasn't able|sorry to have to inform you)|"
    r"your (?:message|mail|e-?mail)[^.\n]{0,80}(?:could not|cannot|couldn't|was not|wasn't|can't|"
    r"has not|failed|undeliverable)|"
    r"message (?:that you sent )?could not be delivered|delivery (?:has )?failed|"
    r"transcript of session follows|delivery attempts? failed|"
    r"error (?:has |has been )?(?:occurred )?(?:while |when |in )?(?:attempting to )?(?:deliver)|"
    r"requested action not taken|failed address(?:es)? follow|"
    r"original mail (?:as )?follows|returned to (?:its |the )?sender|address(?:es)? (?:had|"
    r"has) (?:permanent|fatal|transient)|has been (?:delayed|returned)|"
    r"(?:konnte|kann) nicht (?:an|zu)gestellt|konnte nicht zugestellt|配信できません|送信できません|"
    r"届けることができません",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"\n[^\n]{0,60}(?:below this line is a copy|this is a copy of (?:the|your)|"
    r"original message (?:follows|text|header)|unsent message|"
    r"returned message (?:follows|is below)|message headers? follow|the (?:original )?message (?:text|"
    r"headers?) follow|text of (?:the|your) (?:original )?message|"
    r"----- ?original message|original message is attached|copy of your message|--- message (?:header|"
    r"body)|received: from )",
    re.IGNORECASE,
)
_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,80}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]"
_LED = re.compile(
    rf"(?:^|\n)[ \t>*\"'-]{{0,8}}(?:(?:to|for|recipients?(?: address)?|user|address(?:ee)?|rcpt to|<<<|"
    rf">>> rcpt to|failed recipient|(?:e-?mail|mail) address|intended recipient|final-recipient: rfc822;|"
    rf"original-recipient: rfc822;|delivery to)[: \t][ \t\"']{{0,4}})?"
    rf"<?({_ADDRESS})>?(?=$|[\s:;,.)\"'>])",
    re.IGNORECASE,
)
_INSIDE = re.compile(rf"<({_ADDRESS})>")
_ANY = re.compile(rf"(?<![\w.@+-])({_ADDRESS})")
_AROUND = 900
_ANSWER = re.compile(r"(?:re|aw|sv|fwd?|wg|antw)\s*:", re.IGNORECASE)


def is_failure_notice(headers: Headers, *, subject: str, text: str, is_machine: bool) -> bool:
    """Whether a mail without a machine-readable report tells of a failure. One sign alone is never enough."""
    if headers.has("x-failed-recipients"):
        return True
    empty_sender = headers.text("return-path").replace(" ", "") == "<>"
    signs = 2 * is_machine + empty_sender + 2 * bool(_SUBJECT.search(subject[:500]))
    if not signs:
        return False
    explained = bool(_STRONG_TEXT.search(explanation_of(text)))
    is_answer = bool(_ANSWER.match(subject)) or headers.has("in-reply-to")
    if is_answer and not is_machine and not empty_sender:
        return False
    return signs + 2 * explained >= 4 or (explained and signs >= 1) or (is_machine and signs >= 3)


def explanation_of(text: str) -> str:
    """The words before the copy of our own mail begins."""
    match = _ORIGINAL.search(text)
    return text[: match.start()] if match and match.start() > 40 else text


def find_failures(text: str) -> list[tuple[str, str]]:
    """(address, what is said about it) of each recipient named in a notice; the wording that follows the address."""
    words = explanation_of(text)[:20_000]
    matches = list(_LED.finditer(words)) or list(_INSIDE.finditer(words)) or list(_ANY.finditer(words))
    found: dict[str, str] = {}
    for number, match in enumerate(matches[:100]):
        address = match[1].strip(".'\"").lower()
        following = matches[number + 1].start() if number + 1 < len(matches) else len(words)
        said = words[match.start() : min(max(following, match.end() + 200), match.end() + _AROUND)]
        if not address.startswith(("postmaster@", "mailer-daemon@", "abuse@", "helpdesk@", "support@")):
            found.setdefault(address, " ".join(said.split()))
    return list(found.items())
