"""The faces of an answer: the terminal, Markdown and JSON. Each renders any answer and knows nothing of what it says.

They stand here and not beside the commands, because the pages of the documentation are written with them too.
"""
