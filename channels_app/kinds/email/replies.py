def find_reply(text, html, *, subject=""):
    return text
