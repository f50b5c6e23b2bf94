"""Tuning logs → records with their loop nests: what `cdmpp records import` cannot make, since a
log holds neither computations nor printed programs.
"""

from .pool import RebuildPool
from .settings import RebuildSettings
from .summary import RebuildSummary

__all__ = ["RebuildPool", "RebuildSettings", "RebuildSummary"]
