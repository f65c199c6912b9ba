"""The faults of `make mutants` fit the core as it is."""

import ast

import pytest
from mutants import faults, mutated

FAULTS = faults()


def test_there_are_many_and_each_is_another():
    assert len({(fault.module, fault.new) for fault in FAULTS}) == len(FAULTS) >= 60


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.module}: {fault.what}")
def test_each_fits_its_module_once_and_changes_the_code(fault):
    sound = mutated(fault._replace(new=fault.old))
    assert ast.dump(ast.parse(mutated(fault))) != ast.dump(ast.parse(sound))
