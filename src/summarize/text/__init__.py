"""What a text is made of: words, languages, sentences, and the lines that are none.

:meta private:
"""
