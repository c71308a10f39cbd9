"""Word tables for bylines. Written by hand for newsdesk. Licence: MIT, as for the rest of newsdesk."""
