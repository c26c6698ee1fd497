"""Ask the web process beside us whether it is well; the exit code tells. Called as the proxy calls it."""

import http.client
import json
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
    answer = response.read().decode()
    print(response.status, answer)
    # Workers that sleep are no reason to take the site away from its readers.
    sys.exit(response.status != 200 and json.loads(answer).get("failing") != ["mailings"])
except (OSError, ValueError, http.client.HTTPException) as error:
    sys.exit(f"no answer: {error}")
