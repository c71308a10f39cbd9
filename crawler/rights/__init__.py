"""What publishers state about the use of their stories: statements as printed, and the terms that they mean. Pure."""
