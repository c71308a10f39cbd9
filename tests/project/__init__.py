"""Tests of the project itself: imports, docs, deployment files, dependencies."""
