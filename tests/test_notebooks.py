"""The notebooks run from top to bottom, with little to compute."""

import os
import re

import nbformat
import pytest
from nbclient import NotebookClient

LITTLE = {"PAIRS": "2", "WORLDS": "40", "WEEKS": "26", "CRM_EXPORT": ""}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("crm_to_decision", marks=pytest.mark.slow),
        pytest.param("where_overlays_pay", marks=pytest.mark.long),
        pytest.param("own_rule", marks=pytest.mark.long),
    ],
)
def test_a_notebook_runs(name, root, tmp_path, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a notebook shows its figures
    for key, value in LITTLE.items():
        monkeypatch.setenv(key, "4" if (name, key) == ("crm_to_decision", "WORLDS") else value)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(root), os.environ.get("PYTHONPATH", "")])))
    notebook = nbformat.read(root / "docs" / "notebooks" / f"{name}.ipynb", 4)
    done = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    told = [output for cell in done.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any(re.search("pays|rises?|falls", str(output.get("text", ""))) for output in told)
    assert any("image/png" in output.get("data", {}) for output in told)
