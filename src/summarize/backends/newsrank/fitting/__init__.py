"""How newsrank's weights are fitted; nothing here is needed to use them.

:meta private:
"""
