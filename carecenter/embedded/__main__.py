"""Entry of bin/run, bin/test and bin/manage. Runs in any Python 3.11 without packages, then again in .venv."""

import sys
from pathlib import Path

if not __package__:
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from carecenter.embedded import commands

if __name__ == "__main__":
    sys.exit(commands.main(sys.argv[1:]))
