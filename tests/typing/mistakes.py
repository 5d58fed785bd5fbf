"""Five mistakes that a checker finds; each line that has one says so."""

import summarize
from summarize import Sumary  # MISTAKE
from summarize.evaluation import Rogue  # MISTAKE

summarize.sumarize("It rained.")  # MISTAKE
summarize.summarize(["It rained."])  # MISTAKE
summary = summarize.summarize("It rained.", backend="lead")
summary.sentences[0].txt  # MISTAKE
