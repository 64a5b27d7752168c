"""The demonstration county: loud about being one, and impossible under QUNWEN_ENV=production."""

from qunwen.config.keys import secret_key
from qunwen.config.settings.base import *  # noqa: F403
from qunwen.config.settings.base import QUNWEN_HOME

QUNWEN_DEMO = True
SECRET_KEY = secret_key(QUNWEN_HOME)
