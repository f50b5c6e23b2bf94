"""A device that an RPC tracker lends: not this machine, whose card would be wrong for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..device_files import read_device_file
from ..errors import ConfigurationError
from ..gen import task_pb2 as pb
from ..local_devices import LocalDevice


@dataclass(frozen=True)
class RemoteDevice(LocalDevice):
    """Compiled for as a local device, and described by what is known of it.

    Attributes:
        described: Its card. None: nothing is known but name, kind, threads and vectors.
    """

    described: pb.DeviceCard | None = field(default=None, hash=False)

    def card(self) -> pb.DeviceCard:
        """The given card, else one that leaves unknown what cannot be known from here."""
        card = pb.DeviceCard(kind=pb.DEVICE_KIND_CPU, cores=self.threads, simd_bits=self.simd_bits)
        if self.described is not None:
            card.CopyFrom(self.described)
        card.name = self.name
        return card


def remote_device(like: LocalDevice, name: str, card_file: Path | None) -> RemoteDevice:
    """A device of another machine.

    Args:
        like: Says what is compiled for, and how many threads the machine gives a program.
        name: Of its records.
        card_file: Its card, as `python -m cdmpp_tvm.probe` writes it there. None: there is none.

    Raises:
        ConfigurationError: The file holds no card, or the card of a device with other threads or
            other vectors.
    """
    card = None if card_file is None else read_device_file(card_file).card
    if card is not None:
        for field_name, wanted in (("cores", like.threads), ("simd_bits", like.simd_bits)):
            if getattr(card, field_name) != wanted:
                raise ConfigurationError(
                    f"{field_name} in {card_file} is {getattr(card, field_name)}, but the device"
                    f" in --devices has {wanted}; give the card of that device."
                )
    return RemoteDevice(name, like.instruction_set, like.mcpu, like.threads, card)
