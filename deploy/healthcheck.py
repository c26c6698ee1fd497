"""Ask the web process beside us whether it is alive; the exit code tells. Called as the proxy calls it.

Not whether it is ready: who restarts what is unwell would restart it for the sake of a database.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit

site = urlsplit(os.environ["SITE_URL"])
connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
try:
    connection.request(
        "GET",
        "/healthz",
        headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme, "X-Forwarded-For": "127.0.0.1"},
    )
    response = connection.getresponse()
    print(response.status, response.read().decode())
    sys.exit(response.status != 200)
except (OSError, ValueError, http.client.HTTPException) as error:
    sys.exit(f"no answer: {error}")
