#!/usr/bin/python3
"""Neutron's API alone, on real threads.   usage: serve_neutron.py HOST:PORT --config-file ...

No eventlet here: Debian 12's greenlet 2.0.2 loses wake-ups and crashes on its Python 3.11 as soon as several
requests run at once ("switch of GreenThread object returned NULL without setting an exception", then SIGSEGV)."""
import sys

import waitress
from neutron import policy
from neutron import server
from neutron.server import api_eventlet     # only in name: it loads the paste application

THREADS = 8


class CloseSession:
    """Gives the request's database connection back.  Several reads of VPNaaS run outside a transaction, and
    their session dies only with the next cyclic garbage collection; before that comes "QueuePool limit of
    size 5 overflow 50 reached"."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        try:
            return list(self.app(environ, start_response))
        finally:
            session = getattr(environ.get('neutron.context'), '_session', None)
            if session is not None:
                session.close()


listen = sys.argv.pop(1)
sys.argv[0] = 'neutron-api'
server._init_configuration()
application = CloseSession(api_eventlet.eventlet_api_server())
# Else the first request loads the rules, and one beside it on another thread finds none.
policy.init()
waitress.serve(application, listen=listen, threads=THREADS, ident=None,
               channel_timeout=300, connection_limit=500)
