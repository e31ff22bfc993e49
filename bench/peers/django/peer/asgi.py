"""HTTP to Django, WebSocket to the consumer."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "peer.settings")
http = get_asgi_application()

from scanlogin.consumers import WaitingPage  # noqa: E402  (models need a ready Django)

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": URLRouter([path("ws/", WaitingPage.as_asgi())]),
    }
)
