"""Bad input: every case in one table, by where it comes from. test_bad_input_table.py runs it.

A new case is one line in the list of its module; what it needs is made by a function beside it.
"""

from bad_input import config, images, metadata, tables, weights
from bad_input.case import Case

CASES: dict[str, list[Case]] = {
    module.__name__.rpartition(".")[2]: module.CASES
    for module in (config, metadata, images, weights, tables)
}
