"""A million bad files for every reader: seeded mutations of small good ones, each read in a process that is watched."""

from benchmarks.fuzzing.inputs import input_of
from benchmarks.fuzzing.judging import Defect, judged
from benchmarks.fuzzing.readers import READERS, Reader
from benchmarks.fuzzing.running import Progress, run

__all__ = ["READERS", "Defect", "Progress", "Reader", "input_of", "judged", "run"]
