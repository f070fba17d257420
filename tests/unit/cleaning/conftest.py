"""Property tests in this room: no deadline (a busy machine is no mistake), and the same examples every time."""

from hypothesis import settings

settings.register_profile("cleaning", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("cleaning")
