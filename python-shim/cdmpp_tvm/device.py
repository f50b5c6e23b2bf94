"""The card of the device that programs run on: probed, the operating system's, or a data sheet's.

What cannot be found out stays 0, which means unknown; nothing is guessed.
"""

from __future__ import annotations

from typing import Any

from . import local_cpu
from .device_files import probed_card
from .errors import ConfigurationError
from .gen import task_pb2 as pb
from .gpu_cards import GPU_NAMES, gpu_card
from .instruction_sets import simd_bits


def device_card(
    task: Any,
    device: pb.DeviceCard | str | None = None,
    name: str | None = None,
) -> pb.DeviceCard | None:
    """The card that goes with a task.

    Args:
        task: `tvm.auto_scheduler.SearchTask`.
        device: A card, taken as it is; or the name of a GPU in the table of `gpu_cards`. None: for
            CPU targets the local CPU, as `python -m cdmpp_tvm.probe` measured it with the target's
            vectors and the task's cores, else as the operating system describes it; for other
            targets no card, the server then derives what it can from target and hardware
            parameters.
        name: Overrides the card's name, by which the records of the device are found again.

    Raises:
        ConfigurationError: There is no card of that name.
    """
    if isinstance(device, str):
        card = gpu_card(device)
        if card is None:
            raise ConfigurationError(
                f"device is {device!r}, expected one of {', '.join(GPU_NAMES)}; give a DeviceCard"
                " for others."
            )
    elif device is not None:
        card = pb.DeviceCard()
        card.CopyFrom(device)
    elif str(task.target.kind.name) == "llvm":
        cores = int(getattr(task.hardware_params, "num_cores", 0) or 0)
        target = str(task.target)
        card = probed_card(cores, simd_bits(target)) or local_cpu_card(cores, target)
    else:
        return None
    if name:
        card.name = name
    return card


def local_cpu_card(cores: int, target: str) -> pb.DeviceCard:
    """The card of this machine's CPU as the operating system describes it.

    Args:
        cores: Cores in use; 0 where unknown.
        target: TVM's target string, which decides the width of vectors.
    """
    lanes_bits = simd_bits(target)
    clock = local_cpu.clock_hertz()
    # float32 lanes × 2 operations of a fused multiply-add × 2 ports; an upper bound, some
    # CPUs have one port only.
    peak = cores * clock * (lanes_bits / 32) * 2 * 2
    return pb.DeviceCard(
        name="local-" + local_cpu.cpu_slug(),
        kind=pb.DEVICE_KIND_CPU,
        cores=cores,
        simd_bits=lanes_bits,
        clock_hertz=clock,
        peak_flops=peak,
        l1_cache_bytes=local_cpu.cache_bytes(1),
        l2_cache_bytes=local_cpu.cache_bytes(2),
        l3_cache_bytes=local_cpu.cache_bytes(3),
        memory_bytes=local_cpu.memory_bytes(),
    )
