"""The application for a WSGI server (granian)."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingchao.config.settings")
application = get_wsgi_application()

# what is loaded by now stays for good: the collector need not walk it, nor come by as often as for a short script
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)

gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 100)
