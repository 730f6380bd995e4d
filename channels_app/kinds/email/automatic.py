def find_auto_reason(headers, *, subject, sender, is_bounce):
    return ""
