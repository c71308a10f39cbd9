"""newsdesk beside other programs and a floor on the same work, from one generated web, in one run."""
