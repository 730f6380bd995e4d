"""The made-up firm a first start shows: two outdoor shops that share their customers, and a coffee roaster beside them.

Composition, like wiring: it may know every app, and no app knows it. Everything is drawn from one seed, and every
date is relative to now. `build.py` writes it; the conversations are the text files below `conversations/`.
"""
