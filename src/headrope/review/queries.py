"""What is asked of reviews: who reads them, what they are made of, and how figures are judged.

The rooms: figures (what a cube holds), verdict (figure against plan), line and lines (one measure of a unit, and how it
is read), question, review and reader.
"""

from headrope.review.figures import Figure, Figures, change, figure
from headrope.review.line import Line, Record, Trend
from headrope.review.question import Question, default_period, versions_held
from headrope.review.reader import Reader
from headrope.review.review import Reporting, Review
from headrope.review.verdict import gap, held_rule, verdict

__all__ = [
    "Figure",
    "Figures",
    "Line",
    "Question",
    "Reader",
    "Record",
    "Reporting",
    "Review",
    "Trend",
    "change",
    "default_period",
    "figure",
    "gap",
    "held_rule",
    "verdict",
    "versions_held",
]
