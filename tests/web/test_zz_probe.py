import os, sys, pytest
from django.test import Client
from headrope.demo.actions import build_demo
from headrope.org.models import User

def test_probe(place):
    import time
    t=time.time(); build_demo(); print("built", time.time()-t)
    c = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
    c.force_login(User.objects.get(username="zhou.yi"), backend="allauth.account.auth_backends.AuthenticationBackend")
    r = c.get("/"); print(r.status_code, r.headers)
    t=time.time(); r = c.get(r["Location"]); print(time.time()-t, r.status_code, r.headers)
    open("/tmp/review.html","w").write(r.content.decode())
    r = c.get("/review/T/2023-H1/", {"known": '2023"><script>alert(1)</script>'})
    i = r.content.find(b"<script>alert"); print(r.status_code, i, r.content[i-200:i+100])
    r = c.get("/origin/T/PROFIT/2023-H1/actual/"); print(r.status_code)
    open("/tmp/origin.html","w").write(r.content.decode())
    r = c.get("/origin/T0302/PROFIT/2023-06/actual/"); open("/tmp/origin2.html","w").write(r.content.decode())
    r = c.get("/units/"); open("/tmp/units.html","w").write(r.content.decode())
    for u in ["/units/?at=NOPE","/units/?q=%00","/review/T/2023-H1/?where=REVENUE%3E1e999","/review/T/2023-H1/?where=REVENUE%3E1e400&threshold=DEBT_RATIO%3E1..2","/review/T/1900-01/","/review/T/2199-12/","/review/T/2023-H1/?known=0001-01-01","/review/T/2023-H1/?tier=0","/review/T/2023-H1/?measure=NONE","/review/T/2023-H1/?against=zz","/review/T/2023-H1/?against=actual","/origin/T/PROFIT/2023-H1/zz/","/review/T/1900-01..1900-01/?against=last-year", "/review/T%00/2023-H1/","/review/T/2023-H1/?where=REVENUE%3E9e99", "/review/T/2023-H1/?tier=999", "/origin/T/PROFIT/2199/target/?against=last-year","/origin/T/PROFIT/2021-05..2023-02/actual/", "/units/found/?q=x&period=%22%3E%3Cscript%3E&tail=%22%3E"]:
        r = c.get(u); print(u, r.status_code, r.content[:0])
