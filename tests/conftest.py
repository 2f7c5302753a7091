"""Settings shared by all tests."""

from hypothesis import settings

# The machine may be busy, and a failure must come back on the next run: no deadline, the same examples each time.
settings.register_profile("caresim", deadline=None, derandomize=True)
settings.load_profile("caresim")
