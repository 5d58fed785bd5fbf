"""newsrank: a learned ranker of sentences, with its weights in the package.

:meta private:
"""

from .backend import NewsRank

__all__ = ["NewsRank"]
