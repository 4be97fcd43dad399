"""Commonplace measured against a floor and a peer, all in one run: `python -m benchmarks`."""
