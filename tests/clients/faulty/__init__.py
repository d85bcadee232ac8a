"""A disk and a clock that can be made to fail, for one process."""
