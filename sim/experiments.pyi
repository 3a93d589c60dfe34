from sim.questions.batch import batch_run as batch_run
from sim.questions.calibrate.find import Calibration as Calibration
from sim.questions.calibrate.find import calibrate as calibrate
from sim.questions.calibrate.plan import CalibrationPlan as CalibrationPlan
from sim.questions.calibrate.search import Search as Search
from sim.questions.compare.comparison import Comparison as Comparison
from sim.questions.compare.run import compare as compare
from sim.questions.discover.find import Discovery as Discovery
from sim.questions.discover.find import discover as discover
from sim.questions.discover.worlds import Worlds as Worlds
from sim.questions.discover.worlds import run_worlds as run_worlds
from sim.questions.discover.worlds import worlds_of as worlds_of
from sim.questions.invest.find import invest as invest
from sim.questions.invest.result import Investment as Investment
from sim.questions.sensitivity.run import Sensitivity as Sensitivity
from sim.questions.sensitivity.run import sensitivity as sensitivity
from sim.questions.sweep.run import Sweep as Sweep
from sim.questions.sweep.run import sweep as sweep
from sim.questions.sweep.study_file import read_study as read_study
from sim.questions.why.explain import Why as Why
from sim.questions.why.explain import explain as explain
from sim.studies.designs import (
    Design as Design,
)
from sim.studies.designs import (
    full_factorial as full_factorial,
)
from sim.studies.designs import (
    latin_hypercube as latin_hypercube,
)
from sim.studies.designs import (
    one_at_a_time as one_at_a_time,
)
from sim.studies.designs import (
    sobol_sequence as sobol_sequence,
)
from sim.studies.factors import Factor as Factor
from sim.studies.factors import factor as factor
from sim.studies.plan import StudyCase as StudyCase
from sim.studies.plan import StudyPlan as StudyPlan
from sim.studies.run import Study as Study
from sim.studies.run import run_study as run_study
