"""One row for each code that was shown."""

from django.db import models


class Login(models.Model):
    token = models.CharField(max_length=64, unique=True)
    code = models.CharField(max_length=64, unique=True)
    channel = models.CharField(max_length=200, default="")
    approved = models.BooleanField(default=False)
    created = models.DateTimeField(auto_now_add=True)
