"""What the HTTP server imports."""

from django.core.wsgi import get_wsgi_application

from qunwen.config import words
from qunwen.config.environment import choose_settings

choose_settings()
application = get_wsgi_application()

from qunwen.services.bookings.rush.door import before  # noqa: E402  models need Django's settings

application = before(application)
words.remember()
