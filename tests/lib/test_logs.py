import logging

from carecenter.lib.logs import LineFormatter

FORM = LineFormatter(with_values=True)


def written(message, *values, exc_info=None):
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, message, values, exc_info)
    record.created, record.msecs = 0.0, 5.0
    return FORM.format(record)


def test_entry_is_one_line_in_utc_without_people_and_keys():
    said = written("Not Found: %s", "/s/4f9k2m7x0q8r5t1w3y6z9a2b/\n1970 CRITICAL dana@example.net")

    assert said == "1970-01-01T00:00:00.005Z WARNING x Not Found: /s/[token]/\\n1970 CRITICAL [address]"


def test_traceback_begins_no_entry():
    try:
        raise ValueError("dana@example.net\n1970 CRITICAL forged")
    except ValueError as error:
        lines = written("broke", exc_info=(ValueError, error, error.__traceback__)).splitlines()

    assert lines[0].endswith(" x broke")
    assert [line for line in lines[1:] if not line.startswith("  ")] == []
    assert "dana" not in "".join(lines)
