"""What a mail server means by its words: whether an address is dead for good, and the status code they amount to."""

from __future__ import annotations

import re
from dataclasses import dataclass

_CODE = re.compile(r"(?<![\d.\w])([245])\.(\d{1,2})\.(\d{1,3})(?![\d.]|\w)")
_REPLY = re.compile(r"(?<![\d.\w:/-])([45]\d\d)(?=[ \-#:;,)]|$)")
_DEAD_CODES = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.1.4", "5.4.4"})


@dataclass(frozen=True, slots=True)
class Reason:
    """A family of wordings: `hard` means the address is dead; `code` is what it amounts to where none was given."""

    name: str
    hard: bool
    pattern: re.Pattern[str]
    anywhere: bool = False


def _reason(name: str, hard: bool, *wordings: str, anywhere: bool = False) -> Reason:
    return Reason(name, hard, re.compile("|".join(wordings), re.IGNORECASE), anywhere)


# In this order: a server that is full, or dislikes us, often names the user too.
_REASONS = (
    _reason(
        "unknown at Exchange Online",
        True,
        r"5\.4\.1 .{0,200}recipient address rejected: access denied",
        anywhere=True,
    ),
    _reason(
        "sender",
        False,
        r"(?:after|in reply to|to) mail from|in reply to end of data|after end of data",
        anywhere=True,
    ),
    _reason(
        "suspended",
        False,
        r"(?:account|mailbox|user|recipient|address)[\"'<>\w.@ -]{0,60}(?:disabled|inactive|"
        r"deactivated|suspended|locked|expired|frozen|archiv\w+|on hold)|invalid/inactive user|"
        r"account is locked|(?:disabled|inactive|suspended|deactivated) (?:recipient|user|mailbox|"
        r"account|address)|(?:couldn't|could not|can't|cannot) create",
        anywhere=True,
    ),
    _reason(
        "mailbox full",
        False,
        r"(?:mail)?box (?:is |was |has )?(?:currently )?(?:full|exceed|over)|mailbox.{0,40}(?:full|"
        r"quota|too large|size limit)",
        r"(?:over|exceed\w*|out of|insufficient|not enough|no) (?:the |its |his |their |disk |"
        r"storage |mail |mailbox |your )*(?:quota|storage|space|disk ?space|allocated|limit of)",
        r"quota (?:exceed|full|violation|reached|is full|error)|(?:disk|storage|mail) (?:quota|"
        r"space) (?:exceed|limit|full)",
        r"account is (?:over|full|temporarily over)|exceeded (?:storage|disk|the maximum|mail)|"
        r"user is overquota|recipient (?:storage|mailbox) full",
        r"(?:mailbox|account|user|recipient)[^.\n]{0,60}(?:exceed\w*|over) (?:its|his|the|their|"
        r"allowed|allocated)?[^.\n]{0,30}(?:quota|limit|storage|space|size)|too many messages (?:in|"
        r"on) (?:this|the) mailbox|quota usage|exceeding (?:their|its) quota|too much mail|disk full|"
        r"no space left|maildir (?:over|delivery failed:.{0,20}quota)|delivery failed: over",
        r"posteingang.{0,20}voll|postfach.{0,30}voll|bo[iî]te.{0,40}pleine|buz[óo]n.{0,30}lleno|"
        r"容量.{0,12}(?:超|オーバ)|邮箱.{0,6}满|ящик.{0,30}переполнен",
    ),
    _reason(
        "size",
        False,
        r"message (?:size |is |was )*(?:exceeds|too (?:large|big|long))|(?:size|length) (?:exceeds|"
        r"limit exceeded|of .{0,30}exceeds)|too (?:big|large) (?:for|message|mail)|"
        r"exceeds (?:the )?(?:maximum|max|fixed|size)",
    ),
    _reason(
        "reputation",
        False,
        r"spam|virus|malware|infected|phish|junk|dnsbl|\brbl\b|spamhaus|blacklist|block ?list|blocked|"
        r"blocklisted|barracuda|reputation|suspicious|unsolicited|banned|poor reputation|"
        r"(?<!not )listed (?:at|in|by|on)",
        r"\bspf\b|\bdkim\b|\bdmarc\b|reverse dns|\bptr\b|sender policy|authenticat|not authori[sz]ed|"
        r"unauthori[sz]ed|sender (?:address |domain |verify |id )?(?:rejected|denied|not|refused|"
        r"verification|fail)",
        r"sender.{0,40}(?:does not exist|not found|unknown|invalid|cannot be)|domain of sender|"
        r"bad (?:helo|sender)|helo command|relay(?:ing)? (?:access )?(?:denied|not)|not permitted|"
        r"relay not|no relay|we do not relay|unable to relay",
        r"policy|prohibited|too many (?:connection|recipient|message|mail|session|hops)|rate.?limit|"
        r"throttl|connection rate|greylist|graylist|content (?:reject|not|filter)|"
        r"message (?:content )?(?:rejected|refused|was rejected|filtered)",
        r"access (?:is )?denied|administrative(?:ly)? prohibit|security|tls|certificate|"
        r"not accept(?:ing|ed)? (?:mail|message|connection)s? from|your (?:ip|host|server|network)\b|"
        r"unverified address|not allowed|restricted|from your",
    ),
    _reason(
        "moved",
        True,
        r"has moved|has been replaced by|new address is|address (?:has )?changed|no longer (?:with|"
        r"works|employed|valid|in use|active|on this server|available)|(?:user|account|"
        r"mailbox) (?:has )?(?:moved|expired)",
    ),
    _reason(
        "loop or time",
        False,
        r"\bloop|hop count|timed? ?out|time-?out|expired|retry (?:time|timeout)|too long|"
        r"(?:connection|session) (?:refused|reset|timed|lost|dropped|closed)|could not (?:connect|"
        r"be delivered for|deliver.{0,30} (?:for|days|hours))|unable to (?:connect|contact)|"
        r"no route to|network|temporar|try (?:again )?later|deferred|not responding|unreachable|"
        r"maximum retr|delivery attempts|still being|will (?:be re)?tr(?:y|ied)|"
        r"conversation with .{0,80}timed",
    ),
    _reason(
        "mailer",
        False,
        r"x-unix; ?\d|command (?:died|failed|line usage)|exit(?:ed)? (?:with )?(?:status|code)|"
        r"exit \d|process failed|procmail|mailer error|died with|"
        r"service (?:unavailable|not available|currently)|(?:system|server) (?:config\w*|error)|"
        r"internal (?:server |system )?error|local (?:config\w* )?error|input/output error|"
        r"no such file|out of memory|resources? (?:temporarily|unavailable)",
    ),
    _reason(
        "unknown user",
        True,
        r"(?:user|recipient|mailbox|account|address|alias|inbox|addressee|customer)(?: name| id|"
        r" account| mailbox| address)?[\"'<>\w.@+=: -]{0,60}?(?: is| was| has been)? ?(?:unknown|"
        r"not (?:found|known|listed|exist\w*|valid|recognized|a valid)|un(?:known|available|"
        r"deliverable|recognized|routeable)|invalid|does(?: not|n'?t) ?exist|doesn'?t have|(?:could|"
        r"can)(?: ?not|n'?t) be found|(?:has been |is )?(?:discontinued|terminated|deleted|removed|"
        r"closed)|nonexist\w*|non-exist\w*)",
        r"(?:unknown|invalid|no such|bad|illegal|undefined|non-?existent|unrouteable|unroutable|"
        r"not a valid|non valid|incorrect|wrong|nonexistent) (?:local |e-?mail |virtual |final |"
        r"destination )?(?:user|recipient|mailbox|address|account|alias|addressee|person|name|inbox|"
        r"local[- ]part|customer)",
        r"no (?:mailbox|account|user|recipient|such (?:person|local)|valid recipient|inbox|one|"
        r"record)[\w ]{0,20}(?:here|by that|with|found|matching|exist)|does(?: not|n'?t) (?:exist|"
        r"have an? |like recipient|appear)|isn'?t in my|not in (?:our|my|the) (?:directory|database|"
        r"list|system)|not (?:our|a local) (?:customer|user)|not listed in|there is no (?:such|one|"
        r"user|account)|unknown to|unrouteable address|name not found|user-?not-?found|"
        r"not (?:a )?known(?: here| user)|didn'?t (?:recognize|find)|wasn'?t found|was not found|"
        r"could not be found|couldn'?t be found|not-?exist|recipnotfound|unlisted|inexistente?|"
        r"no existe|n'existe pas|inconnu|unbekannt|existiert nicht|não existe|non esiste|"
        r"не существует|не найден|宛先不明|存在しま|見つかり|見付かり|該当.{0,10}ありません|不存在|알 수 없",
    ),
    _reason(
        "unknown host",
        True,
        r"(?:host|domain)(?: name)?[\"'<>\w.@ :()-]{0,60}(?:unknown|not found|does not exist|invalid|"
        r"lookup fail\w*|couldn'?t be found|not known)|(?:unknown|invalid|bad|no such|illegal|"
        r"unrouteable) (?:mail |recipient )?(?:host|domain)|nxdomain|unrouteable mail domain|no mx|"
        r"name or service not known|nullmx|null mx|(?:recipient )?domain (?:must exist|has no)|"
        r"host or domain name not found|unrouteable domain|no route for|accepts no mail|"
        r"does not accept mail|domain.{0,40}no(?:t| longer)? accept|couldn'?t find any host|"
        r"no (?:mail ?)?(?:server|host)s? (?:found|exist|for)|\bmx (?:or srv )?record|no smtp service|"
        r"domain is not reachable|dns error|all relevant mx records point",
    ),
)


def find_code(*texts: str) -> str:
    """The most telling status code in the texts: one with a detail over x.0.0, of failure, from the earliest text."""
    found = [match[0] for text in texts for match in _CODE.finditer(text[:20_000])]
    failures = [code for code in found if code[0] != "2"]
    return max(failures, key=_weight, default="")


def _weight(code: str) -> int:
    """How much a code says: nothing (5.0.0), a subject (5.2.0), or a subject and a detail (5.2.1)."""
    _, subject, detail = code.split(".")
    return (subject != "0") + (detail != "0" and subject != "0") + (code[0] == "5" and subject != "0")


def is_hard(code: str, *texts: str, final: bool = False) -> bool:
    """Whether the address will never take mail: by the first text that gives a reason, else by the code.

    `final` says that the sender gave up; before that a 4.x.x is never hard.
    """
    if (
        (code.startswith("4") and not final)
        or code == "5.2.0"
        or (code.startswith("5.7.") and code != "5.7.0")
    ):
        return False
    for text in texts:
        if (reason := _find_reason(text[:8000])) is not None:
            return reason.hard
    return code in _DEAD_CODES


def _find_reason(text: str) -> Reason | None:
    """A server's own answer says more than the sentences around it, except about who was refused, and when."""
    answer = _REPLY.search(text)
    spoken = text[answer.start() : answer.start() + 400] if answer else text
    for reason in _REASONS:
        if reason.pattern.search(text if reason.anywhere else spoken):
            return reason
    return next((reason for reason in _REASONS if answer and reason.pattern.search(text)), None)
