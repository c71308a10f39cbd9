"""What all documents need: charset, XML and its repairs, links."""
