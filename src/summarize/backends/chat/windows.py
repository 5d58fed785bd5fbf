"""How many tokens a server's model reads: each kind of server tells it in a place of its own.

:meta private:
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .connection import Connection, RequestError

__all__ = ["asked_window"]

# In the list of models: vLLM, Groq, OpenRouter and others, LM Studio.
_FIELDS = (
    "max_model_len",
    "context_window",
    "context_length",
    "loaded_context_length",
    "max_context_length",
)


async def asked_window(connection: Connection, entry: Mapping[str, Any], model: str) -> int | None:
    """Return the tokens that a model reads and writes together, or ``None`` if nobody tells.

    Args:
        connection: the server.
        entry: what its list of models says of this one.
        model: the model's name.
    """
    for name in _FIELDS:
        if size := _size(entry.get(name)):
            return size
    owner = entry.get("owned_by")
    if owner == "llamacpp":
        return await _of_llama_cpp(connection)
    if owner == "library":
        return await _of_ollama(connection, model)
    return None


async def _of_llama_cpp(connection: Connection) -> int | None:
    """llama.cpp's own page of properties has the size of a slot."""
    try:
        properties = await connection.get("/props", outside=True)
    except RequestError:
        return None
    settings = properties.get("default_generation_settings")
    return _size(settings.get("n_ctx")) if isinstance(settings, dict) else None


async def _of_ollama(connection: Connection, model: str) -> int | None:
    """Ollama's list of what is loaded has the size it was loaded with; 4,096 where it is not.

    What the model could read does not matter: Ollama cuts what exceeds its own setting.
    """
    try:
        loaded = await connection.get("/api/ps", outside=True)
    except RequestError:
        return None
    sizes = dict(_loaded(loaded.get("models")))
    return sizes.get(model) or sizes.get(f"{model}:latest") or 4096


def _loaded(models: object) -> Iterator[tuple[str, int]]:
    for each in models if isinstance(models, list) else ():
        if isinstance(each, dict) and (size := _size(each.get("context_length"))):
            yield str(each.get("name")), size


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
