"""The live page, which `flywheel app` serves behind its guard; it works with the network off."""

from solara.server import settings

from sim.cli.on_page import offer_questions
from sim.ui.page import Layout, Page

__all__ = ["Layout", "Page"]

offer_questions()

# Nothing is sent or asked for elsewhere; what the environment says otherwise, says it for other apps.
settings.telemetry.mixpanel_enable = False
settings.theme.show_banner = False
# A tab that was lost stops playing after minutes instead of a day.
if settings.kernel.cull_timeout == settings.Kernel.cull_timeout:
    settings.kernel.cull_timeout = "5m"
