"""In which sizes and colours a screen is looked at: each size and each theme once, all of them when pictures are kept.

What axe finds comes from the layout or from the colours, hardly ever from the two together.
"""

import os

DIAGONAL = [("desktop", "light"), ("phone", "dark")]
ALL = [*DIAGONAL, ("desktop", "dark"), ("tablet", "light"), ("tablet", "dark"), ("phone", "light")]
LOOKS = ALL if os.environ.get("CARECENTER_PICTURES") else DIAGONAL
