"""What tests share: a local web, a shell, sample documents."""
