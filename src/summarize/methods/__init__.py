"""How documents become summaries: by scores, by drafts, and beyond a model's window.

:meta private:
"""
