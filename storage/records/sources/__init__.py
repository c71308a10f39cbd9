"""What a source is, beside its visits: plain records."""
