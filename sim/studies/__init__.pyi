from .merge import Rerun as Rerun
from .merge import merge_studies as merge_studies
from .merge import rerun as rerun
from .plan import StudyCase as StudyCase
from .plan import StudyPlan as StudyPlan
from .run import Study as Study
from .run import run_study as run_study
from .storage import Halted as Halted
