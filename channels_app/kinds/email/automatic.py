"""Signs that no person wrote a mail: RFC 3834 and what software did before it and beside it."""

from __future__ import annotations

import re

from channels_app.kinds.email.headers import Headers

_MACHINE_SENDER = re.compile(
    r"^(?:mailer-?daemon|mail-?daemon|post_?master|maildaemon|complaints?|abuse-report|"
    r"mail-?delivery(?:-?(?:sub)?system)?|mdaemon|"
    r"double-?bounce|bounces?|autoreply|auto-?responder|autoresponse)(?:[+=._-].*)?(?:@|$)",
    re.IGNORECASE,
)
_REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-auto-reply",
    "x-autoreply-from",
    "x-autoresponder",
    "x-mail-autoreply",
    "x-amazon-auto-reply",
    "x-fc-machinegenerated",
    "x-auto-reply-from",
    "auto-reply",
)
# At the very start of a subject, where auto-responders put themselves; people write these words further on.
_SUBJECT = re.compile(
    r"(?:\[[^\]]{1,30}\]\s*)?(?:(?:re|aw|sv|antw|fwd?|wg)\s*:\s*)?(?:"
    r"(?:auto|automatic|automated)[ -]?(?:reply|response|respond(?:er)?|antwort|svar)\b|"
    r"auto\s*:\s*(?:re|aw|sv|antw|fwd?)\s*:|"
    r"autoreply|autorespon|"
    r"(?:i am |i'm )?out of (?:the )?office\b|away from (?:my |the )?(?:office|mail|desk)|"
    r"vacation (?:reply|message|notice|response)|"
    r"\(?(?:auto(?:mated)?[ -])?(?:ooo|ooto)\b\s*[:\-)]|on (?:vacation|annual leave|holiday) ?(?:[:\-]|$)|"
    r"automatische (?:antwort|rückmeldung|eingangsbestätigung)|automatisch (?:antwoord|generiert)|"
    r"abwesenheits?(?:notiz|nachricht|meldung|info)?\b|"
    r"abwesend\b|ich bin (?:derzeit )?(?:im urlaub|nicht im büro)|urlaubsvertretung|außer haus|"
    r"afwezig|niet op kantoor|"
    r"réponse automatique|reponse automatique|absence du bureau|absent du bureau|message d'absence|"
    r"en congé|"
    r"respuesta autom[áa]tica|fuera de (?:la )?oficina|ausencia de la oficina|resposta autom[áa]tica|"
    r"ausência temporária|fora do escritório|"
    r"risposta automatica|fuori (?:sede|ufficio)|automatiskt svar|autosvar|automatisk svar|frånvaro|"
    r"fravær|ikke på kontoret|automaattinen vastaus|poissa|"
    r"odpowied[źz] automatyczna|automatyczna odpowied[źz]|poza biurem|automatická odpověď|"
    r"mimo kancelář|automatikus válasz|házon kívül|"
    r"răspuns automat|otomatik yanıt|ofis dışında|автоответ|автоматический ответ|"
    r"автоматична відповідь|вне офиса|"
    r"complaint about message from |(?:email |mail )?(?:feedback|abuse) report\b|"
    r"αυτόματη απάντηση|מענה אוטומטי|رد تلقائي|自动回复|自動回覆|自動返信|自動応答|不在通知|부재중|"
    r"자동 ?회신|자동 ?응답"
    r")",
    re.IGNORECASE,
)


def find_auto_reason(
    headers: Headers, *, subject: str, sender: str, is_bounce: bool, is_report: bool = False
) -> str:
    """Why this mail was sent by a machine, "" if it may be a person's. X-Auto-Response-Suppress alone says nothing."""
    submitted = headers.text("auto-submitted").partition(";")[0].strip().lower()
    signs = (
        ("bounce", is_bounce),
        ("report", is_report),
        ("auto-submitted", submitted not in ("", "no")),
        ("autoreply header", any(_says_yes(headers, name) for name in _REPLY_HEADERS)),
        ("precedence", headers.text("precedence").lower() in ("auto_reply", "auto-reply")),
        ("empty envelope sender", headers.text("return-path").replace(" ", "") == "<>"),
        ("machine sender", is_machine_sender(sender)),
        ("subject", bool(_SUBJECT.match(subject.strip()))),
    )
    return next((reason for reason, found in signs if found), "")


def _says_yes(headers: Headers, name: str) -> bool:
    return headers.has(name) and headers.text(name).lower() not in ("no", "false", "0")


def is_machine_sender(address: str) -> bool:
    """Whether the address is one that mail systems write from."""
    return bool(_MACHINE_SENDER.match(address))
