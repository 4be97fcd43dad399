"""What is measured of the feed: pages, whole answers, fan-out, rebuilding and its sorting."""
