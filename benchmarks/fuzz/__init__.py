"""Feeds and pages broken at random, read by the real readers: nothing may crash, hang or pass a limit."""
