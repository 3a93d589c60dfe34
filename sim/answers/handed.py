"""Files by which a question and its answer go between the process that shows them and the one that asks."""

REQUEST = "request.json"
"""A question as `flywheel ask` takes it."""

PROGRESS = "progress.json"
"""How far it is: parts done, parts there are (0 while that is unknown), and what is done."""

OUTLINE = "outline.json"
"""What a screen shows of the answer; it is written last."""

PROBLEM = "problem.txt"
"""Why there is no answer, one sentence."""

ANSWER = "answer"
"""What the files of the answer are called, each with the ending of its form, `.zip` for the folder."""
