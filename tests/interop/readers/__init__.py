"""Other people's software, each behind the few words that the tests need of it."""
