"""Is a comment angry? Our own short lists of words and shapes, in English and German, each with what it weighs.

No model: whoever asks is shown the words that led to it (`signs`). A mild dissatisfaction is not anger; a score says
that already. One strong sign is enough, or two mild ones. Words behind a "not" do not count, and thanks weigh
against mild signs.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

ENOUGH: Final = 2
LONGEST: Final = 4000  # characters that are read
NOTHING_BEFORE: Final = 24  # characters before a word in which a "not" takes it back

STRONG: Final = r"""
worst | terrible | horribl[ey] | horrendous | horrid | awful(?:ly)? | atrocious | appalling | abysmal | dreadful
disgust\w* | disgrace\w* | ridiculous\w* | unacceptable | inexcusable | outrage\w* | absurd | pathetic | laughable
useless | worthless | garbage | rubbish | trash | shambles | fiasco | nightmare | clusterf\w*
furious | livid | fuming | enraged | angry | pissed | hate[ds]?\b(?!\ to) | despise
incompeten\w* | idiot\w* | moron\w* | clowns? | liars? | lied | lies\b(?!\ with) | lying\ to
rude | insult(?:ed|ing)? | shame\ on | ashamed | shameful | how\ dare
scam\w* | fraud\w* | rip[-\ ]?off | ripped\ off | stole | thie(?:f|ves) | robbed | cheated
lawyers? | attorney | sue\ you | legal\ action | small\ claims | trading\ standards
sucks? | sucked | crap\w* | bull\ ?shit | shit\w* | fuck\w* | wtf | damn\w* | bastards?
screw(?:ed)?\ (?:me|us|over|you)
never\ again | never\ (?:\w+\ ){0,3}again | last\ straw | fed\ up | sick\ (?:and\ tired\ )?of | had\ enough
enough\ is\ enough
waste\ of\ (?:my\ |our\ )?(?:time|money) | (?:is|are|what)\ an?\ (?:\w+\ )?joke | no\ excuses? | epic\ fail
schlimmst\w* | schlechteste\w* | furchtbar\w* | schrecklich\w* | katastroph\w* | grauenhaft\w* | grottenschlecht\w*
unterirdisch\w* | unverschämt\w* | frechheit\w* | dreist\w* | zumutung | inakzeptabel\w* | indiskutabel\w*
lächerlich\w* | peinlich\w* | saftladen | sauladen | (?:ein|schlechter)\ witz | armutszeugnis | unfassbar\w*
wütend\w* | stinksauer | sauer | empört\w* | fassungslos\w* | hasse
unfähig\w* | inkompetent\w* | idioten? | lügner\w* | gelogen | belogen | angelogen | schäm(?:t|en)\ (?:euch|sie)
betrug | betrüger\w* | betrogen | abzocke\w* | abgezockt | anwalt\w* | rechtsanwalt\w* | verbraucherzentrale
anzeige\ erstatten
scheiß\w* | scheiss\w* | verarsch\w* | verdammt\w* | zum\ kotzen | beschissen\w* | mist(?:laden|verein)
nie\ wieder | nie\ mehr | niemals\ wieder | schnauze\ voll | nase\ voll | mir\ reicht\ es
reicht'?s?\ (?:mir|jetzt) | das\ letzte\ mal
zeitverschwendung | geldverschwendung | nutzlos\w* | unbrauchbar\w*
"""

MILD: Final = r"""
disappoint\w* | frustrat\w* | annoy\w* | upset | unhappy | dissatisf\w* | unprofessional | careless | unreliable
where(?:\ is|'s|\ are)\ my | bad | poor(?:ly)?\ \w*(?:service|communication|quality|support) | poorest | mess
broken\ promise\w* | unbelievable | insane
still\ (?:waiting|no|not|nothing) | (?:no|without)\ (?:reply|answer|response|apology|explanation) | nobody | no\ one
(?:second|third|fourth|fifth|umpteenth|2nd|3rd|4th|5th)\ time | yet\ again | over\ and\ over | once\ more
hung\ up | ignor(?:ed|es|ing) | complain\w* | demand | compensation | refuse[ds]? | excuses | cancell?ing\ my
for\ (?:days|weeks|months|hours) | on\ hold | waited | waiting\ (?:for\ )?(?:over\ |more\ than\ )?\d+
fail(?:ed|ure|s)? | wrong
was\ soll\ das | wo\ (?:ist|sind|bleibt)\ meine?\w* | enttäusch\w* | ärger\w* | frust\w* | nerv(?:t|ig|en)\w*
unzufrieden\w* | unprofessionell\w* | unzuverlässig\w* | mies\w*
schlecht(?:er|e|es|en)?\ (?:service|kundendienst|kundenservice|qualität|beratung) | traurig\w* | unmöglich\w*
immer\ noch\ (?:nicht|nichts|kein\w*) | keine\ (?:antwort|reaktion|entschuldigung|rückmeldung) | niemand | keiner
zum\ (?:zweiten|dritten|vierten|fünften|x-ten|wiederholten)\ mal | schon\ wieder | erneut
seit\ (?:tagen|wochen|monaten|stunden) | ignoriert\w* | beschwer\w* | beschwerde | verlange | ausreden? | abgewimmelt
kündig(?:e|en|ung) | reklam\w* | falsch\w* | versagt | ewig\w*
"""

KIND: Final = r"""
thank\w* | thx | thanks | great | love[ds]? | lovely | awesome | amazing | excellent | perfect\w* | happy | glad
appreciate\w*
wonderful | fantastic | brilliant | friendly | helpful | resolved | solved
danke\w* | vielen\ dank | super | toll\w* | prima | perfekt\w* | freundlich\w* | hilfsbereit\w* | zufrieden | gerne
klasse
"""

NOT: Final = re.compile(
    r"\b(?:not|no|never|nothing|without|hardly|n't|isn't|wasn't|aren't|don't|didn't|nicht|kein\w*|nie|ohne|gar\ nicht)"
    r"\s+(?:\w+\s+){0,2}$"
)
SHOUTED: Final = re.compile(r"\b[A-ZÄÖÜ]{4,}\b")
WORDS: Final = re.compile(r"[^\W\d_]{2,}")
MARKS: Final = re.compile(r"!{2,}|\?{2,}|[!?]*(?:!\?|\?!)[!?]*")
ADDRESS: Final = re.compile(r"https?://\S+|\S+@\S+\.\S+|@\w+")


@dataclass(frozen=True)
class Sign:
    """What speaks for anger: the words as they stand in the text, and how much they weigh."""

    words: str
    weight: int
    is_word: bool = True  # not only a shape: capitals, marks


def alternatives(source: str) -> re.Pattern[str]:
    """One pattern of a list of words: `|` or a new line between them, a backslash before a space that counts."""
    parts = [part.strip() for line in source.split("\n") for part in re.split(r"\s\|\s|(?<!\\)\s\|", line)]
    words = "|".join(part.replace("\\ ", r"\s+") for part in parts if part)
    return re.compile(rf"(?<![\w-])(?:{words})(?!\w)", re.IGNORECASE)


STRONG_WORDS: Final = alternatives(STRONG)
MILD_WORDS: Final = alternatives(MILD)
KIND_WORDS: Final = alternatives(KIND)


def is_angry(text: str) -> bool:
    """True when the signs weigh enough. Kind words take back mild signs, never a strong one."""
    found = signs(text)
    if any(sign.weight >= ENOUGH for sign in found):
        return True
    if not any(sign.is_word for sign in found):
        return False  # joy shouts too
    thanks = len(KIND_WORDS.findall(readable(text)))
    return sum(sign.weight for sign in found) - thanks >= ENOUGH


def signs(text: str) -> list[Sign]:
    """What speaks for anger, in the order of the text, each word once."""
    plain = readable(text)
    found = [(one.start(), Sign(one.group(), ENOUGH)) for one in counted(STRONG_WORDS, plain)]
    found += [(one.start(), Sign(one.group(), 1)) for one in counted(MILD_WORDS, plain)]
    shapes = [*list(MARKS.finditer(plain))[:1], *shouted(plain)[:1]]
    found += [(one.start(), Sign(one.group(), 1, is_word=False)) for one in shapes]
    found.sort(key=lambda one: (one[0], -one[1].weight))
    once = {sign.words.casefold(): sign for _, sign in reversed(found)}
    return [sign for _, sign in found if once[sign.words.casefold()] is sign]


def readable(text: str) -> str:
    """One kind of apostrophe and space; addresses left out, for their words say nothing."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).replace("’", "'")
    return " ".join(ADDRESS.sub(" ", plain).split())


def counted(pattern: re.Pattern[str], plain: str) -> list[re.Match[str]]:
    """The matches that no "not" takes back. "Never again" begins with its own."""
    return [
        match
        for match in pattern.finditer(plain)
        if not NOT.search(plain[max(0, match.start() - NOTHING_BEFORE) : match.start()].casefold())
    ]


def shouted(plain: str) -> list[re.Match[str]]:
    """Words in capitals, when they are two or more and at least a third of what is said; else nothing."""
    capitals = list(SHOUTED.finditer(plain))
    words = WORDS.findall(plain)
    return capitals if len(capitals) >= 2 and len(capitals) * 3 >= len(words) else []
