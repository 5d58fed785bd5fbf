"""Summarisers, one module a family. :mod:`summarize.registry` names them."""
