"""Front matter: the lines between --- at the head of a page. A small part of YAML: names, texts, lists of texts."""

import re
from collections.abc import Mapping

LINES = 100
LONGEST_VALUE = 2_000
_NAME = re.compile(r"^([A-Za-z][\w-]{0,40}):(?:\s+(.*))?$")
Front = dict[str, str | list[str]]


def split(text: str) -> tuple[Front, str]:
    """(what stands between the lines of ---, the rest). Without them: nothing, and all of it."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines or lines[0].strip() != "---":
        return {}, text
    for at, line in enumerate(lines[1 : LINES + 1], start=1):
        if line.strip() in ("---", "..."):
            return read(lines[1:at]), "\n".join(lines[at + 1 :])
    return {}, text


def read(lines: list[str]) -> Front:
    found: Front = {}
    name = ""
    for line in lines:
        if match := _NAME.match(line):
            name = match[1].lower().replace("-", "_")
            found[name] = value_of(match[2] or "")
        elif name and line.strip().startswith("- "):
            known = found[name]
            found[name] = [*(known if isinstance(known, list) else []), bare(line.strip()[2:])]
    return found


def value_of(text: str) -> str | list[str]:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return [bare(part) for part in text[1:-1].split(",") if bare(part)]
    return bare(text)


def bare(text: str) -> str:
    text = text[:LONGEST_VALUE].strip()
    if text[:1] in ("'", '"') and (end := text.find(text[0], 1)) > 0:
        return text[1:end]
    return re.sub(r"\s+#\s.*$", "", text)


def text_of(front: Mapping[str, str | list[str]], *names: str) -> str:
    """The first of these that has a text; of a list its first."""
    for name in names:
        value = front.get(name, "")
        text = value[0] if isinstance(value, list) and value else value
        if isinstance(text, str) and text.strip():
            return text.strip()
    return ""


def list_of(front: Mapping[str, str | list[str]], *names: str) -> list[str]:
    for name in names:
        value = front.get(name)
        if isinstance(value, list):
            return [one for one in value if one]
        if value:
            return [one.strip() for one in value.split(";") if one.strip()]
    return []
