"""A built server in a temporary directory, and the clients that talk to it."""
