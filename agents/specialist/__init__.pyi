from .agent import OverlaySpecialist as OverlaySpecialist
