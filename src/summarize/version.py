"""The version of the package, apart so that any module can know it."""

__all__ = ["__version__"]

__version__ = "0.1.0"
