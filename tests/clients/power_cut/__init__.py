"""A recorder of what a process does to its files, and the disk that a power cut leaves."""
