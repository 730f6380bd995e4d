"""Finding tickets. `words.py` cuts texts into what is compared, `marks.py` says what a ticket is marked with,
`indexing.py` keeps the rows, `language.py` reads what people type, `compiling.py` makes a question for the index of
it, `finding.py` asks, `near.py` helps when nothing is found, `snippets.py` shows where, `saved.py` keeps searches.
"""
