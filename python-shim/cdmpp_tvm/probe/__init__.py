"""Measures a local device by small kernels: peak rate, bandwidths, launches, clock.

The kernels are compiled by TVM for the device's instruction set and run with its threads, in a
process of its own: what is measured is what a tuned program can get.
"""

from .card import probe_device

__all__ = ["probe_device"]
