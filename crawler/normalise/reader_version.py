"""The version of the rules that make a Story from an Article. Alone, since many look at it who normalise nothing."""

READER_VERSION = 10  # raise it with every change of a rule that gives another Story for the same Article
