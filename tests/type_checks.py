"""How the tests hold every call of some rooms against the annotated types and shapes."""

import beartype

# As type checkers read it, a float may be given as a whole number (PEP 484).
check = beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))
