"""Whether two stores hold the same: each checkout dumps its own store, and the dumps are compared."""
