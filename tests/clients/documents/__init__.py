"""Runs what the documents tell a reader to type, and compares what they say it prints."""
