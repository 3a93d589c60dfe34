from .agent import Buyer as Buyer
