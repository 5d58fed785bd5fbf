"""A model behind a server of the OpenAI form: vLLM, Ollama, llama.cpp, LM Studio, hosted ones.

:meta private:
"""

from __future__ import annotations

from .backend import Chat

__all__ = ["Chat"]
