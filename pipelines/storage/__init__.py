"""Where things lie on disk, and how they get there unharmed.

Paths of the data folder, atomic files, the lock of a run, the register of deliveries and runs, the county's key, the
hash chain. No business words: what a feed, a delivery or a finding means is other rooms' business.
"""
