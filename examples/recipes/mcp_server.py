"""A server of the Model Context Protocol: two tools for an assistant, over standard input.

    pip install "mcp>=2" ".[web]"

In the assistant's settings: {"mcpServers": {"summarize": {"command": "python",
"args": ["examples/recipes/mcp_server.py"]}}}. The assistant gives texts and public web addresses;
it cannot make this server read a file or an address on a private network.
"""

from functools import cache

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

import summarize

server = MCPServer("summarize")


@cache
def summarizer() -> summarize.Summarizer:
    """The one of this process."""
    return summarize.Summarizer()


@server.tool()
def summarize_text(text: str, sentences: int = 3) -> str:
    """The most important sentences of a text, word for word and in their order."""
    return _summary(lambda: summarize.Document.from_text(text), sentences)


@server.tool()
def summarize_page(url: str, sentences: int = 3) -> str:
    """The most important sentences of a public web page, word for word and in their order."""
    if not url.startswith(("http://", "https://")):
        raise ToolError("url must begin with http:// or https://")
    return _summary(lambda: summarize.read(url), sentences)


def _summary(read, sentences: int) -> str:
    try:
        return str(summarizer().summarize(read(), sentences=sentences))
    except summarize.SummarizeError as error:  # which the assistant can do something about
        raise ToolError(str(error)) from None


if __name__ == "__main__":
    server.run()
