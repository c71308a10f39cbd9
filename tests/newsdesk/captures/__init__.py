"""Tests of captures, and of the commands that use them."""
