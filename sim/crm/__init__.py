"""CRM exports in: read, repair, measure, and write a scenario with the real organization."""

from sim.crm.assumed import Setting
from sim.crm.load import CrmData, load_crm
from sim.crm.moments import Moment, Moments
from sim.crm.quality import Quality, QualityFinding, RepairKind
from sim.crm.read import ROW_LIMIT
from sim.crm.scenario_text import scenario_text

__all__ = [
    "ROW_LIMIT", "CrmData", "Moment", "Moments", "Quality", "QualityFinding", "RepairKind", "Setting", "load_crm",
    "scenario_text",
]  # fmt: skip
