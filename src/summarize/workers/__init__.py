"""Work on many items in several processes.

:func:`in_order` takes an iterable and keeps its order; a :class:`Crew` stands ready for threads.

:meta private:
"""

from .batching import available_processors, batches, processes_of, together
from .crew import Crew
from .pool import in_order, spread
from .process import StartError, Terminated

__all__ = [
    "Crew",
    "StartError",
    "Terminated",
    "available_processors",
    "batches",
    "in_order",
    "processes_of",
    "spread",
    "together",
]
