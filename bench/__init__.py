"""bin/bench: start a whole Carecenter on a scratch folder, fill it, measure it, and put the floor beside it.

Figures move with the machine: compare ratios within one run, and CPU milliseconds. docs/performance.md explains them.
"""
