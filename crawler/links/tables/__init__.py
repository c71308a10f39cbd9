"""Words of newspapers' pages in many languages, one table a purpose."""
