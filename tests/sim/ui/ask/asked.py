"""Forms of questions, filled in with what there is no answer without."""

from sim.ui.ask.form import AskForm, Upload
from sim.ui.forms.work import OPEN

TARGETS = b'scenario = "baseline"\nweeks = 26\n[targets]\nwin_rate = 0.25\n'


def filled(question: str, scenario: str = OPEN, **given: str | bool | tuple[str, ...]) -> AskForm:
    """A form with all that is needed, and what else is given."""
    form = AskForm(question, scenario)
    needed = {"invest": {"budget": "500000"}}.get(question, {})
    for name, value in {**needed, **given}.items():
        form = form.with_given(name, value)
    return form.with_upload("source", Upload("targets.toml", TARGETS)) if question == "calibrate" else form
