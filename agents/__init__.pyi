from .buyer.agent import Buyer as Buyer
from .manager.agent import Manager as Manager
from .rep.agent import Rep as Rep
from .specialist.agent import OverlaySpecialist as OverlaySpecialist
