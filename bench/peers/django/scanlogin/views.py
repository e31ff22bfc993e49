"""Asking for a code, and approving one."""

import secrets

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.http import JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from .models import Login


@csrf_exempt
@require_POST
def qrcode(request):
    login = Login.objects.create(token=secrets.token_urlsafe(32), code=secrets.token_hex(16))
    return JsonResponse({"token": login.token, "code": login.code})


@csrf_exempt
@require_POST
def allow(request):
    code = request.POST.get("code", "")
    if not Login.objects.filter(code=code, approved=False).update(approved=True):
        if Login.objects.filter(code=code).exists():
            return JsonResponse({"msg": "expired", "status": -1}, status=400)
        return JsonResponse({"msg": "code not existed", "status": -400}, status=400)
    channel = Login.objects.values_list("channel", flat=True).get(code=code)
    if channel:
        async_to_sync(get_channel_layer().send)(channel, {"type": "approved"})
    return JsonResponse({"msg": "succeed", "status": 0})
