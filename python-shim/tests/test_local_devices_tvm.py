"""Local devices as TVM takes them."""

from __future__ import annotations

import pytest

from cdmpp_tvm.dag import HARDWARE_FIELDS
from cdmpp_tvm.instruction_sets import INSTRUCTION_SETS, InstructionSet, simd_bits
from cdmpp_tvm.local_devices import LocalDevice


@pytest.mark.parametrize("entry", INSTRUCTION_SETS, ids=lambda entry: entry.name)
def test_target_and_limits_say_instruction_set_and_threads(entry: InstructionSet) -> None:
    device = LocalDevice("name", entry.name, entry.mcpu, 2)
    target = device.target()
    assert (target.kind.name, target.attrs["mcpu"]) == ("llvm", entry.mcpu)
    assert simd_bits(str(target)) == entry.simd_bits
    limits = [int(getattr(device.hardware_params(), field)) for field in HARDWARE_FIELDS]
    assert limits == [2, entry.simd_bits // 8, 64, 0, 0, 0, 0, 0]
