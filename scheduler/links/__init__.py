"""What is learned of the links of a site between its visits."""
