"""Tickets by the million, for measuring: made in processes of their own, loaded by COPY.

`shape.py` says what a ticket of each kind consists of, `text.py` writes, `rows.py` turns numbers into COPY lines,
`load.py` moves them into the database. Nothing here is a conversation; `carecenter.demo.build` makes those.
"""
