"""The page that waits."""

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from .models import Login


class WaitingPage(AsyncJsonWebsocketConsumer):
    async def connect(self):
        await self.accept()
        await self.send_json({"status": False, "msg": "connected"})

    async def receive_json(self, content, **_):
        login = await self.watch(content.get("token", ""))
        if login is None:
            await self.send_json({"status": "-1", "msg": "token invalid"})
            await self.close(4001)
            return
        await self.send_json({"status": login.approved, "msg": "succeed"})

    async def approved(self, _):
        await self.send_json({"status": True, "msg": "succeed"})

    @database_sync_to_async
    def watch(self, token):
        Login.objects.filter(token=token).update(channel=self.channel_name)
        return Login.objects.filter(token=token).first()
