"""Networks in relay by name, and the tuning tasks that they are made of."""

from .catalogue import NETWORK_NAMES, network_module
from .choice import choose_tasks
from .extraction import network_tasks
from .task_source import MeasuredDevice, TaskSource

__all__ = [
    "NETWORK_NAMES",
    "MeasuredDevice",
    "TaskSource",
    "choose_tasks",
    "network_module",
    "network_tasks",
]
