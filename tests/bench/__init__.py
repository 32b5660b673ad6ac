"""What the house costs: figures beside their floors, measured in the same run; ``make bench``.

It never fails: figures are read by people, and compared as ratios, because machines differ. Each
module with a ``measure()`` is a subject of its own.
"""
