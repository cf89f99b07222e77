#!/usr/bin/python3
"""Keystone's own WSGI application on waitress (python3-neutron depends on it), so that no uwsgi or Apache is needed.

One process for each pair of configuration file and address; they are forked after the imports, which take
longer than all the rest.   usage: serve_keystone.py CONF HOST:PORT [CONF HOST:PORT]..."""
import hmac
import os
import socket
import sys

import waitress
from keystone.common.rbac_enforcer import policy
from keystone.server.wsgi import initialize_public_application

# With more, a request may see another one's state: no groups for a federated user, no roles for an application credential.
THREADS = 1
PROXY_SECRET = os.environ['STACK_PROXY_SECRET']


def believing_the_proxy(application):
    """Claims of an ID token (see apache.ts) count only if they come from the proxy that has verified it."""
    def call(environ, start_response):
        said = environ.pop('HTTP_X_FEDERATION_PROXY', '')
        if not hmac.compare_digest(said.encode(), PROXY_SECRET.encode()):
            for name in [name for name in environ if name.startswith('HTTP_OIDC_')]:
                del environ[name]
        return application(environ, start_response)
    return call


def serve(conf, listen):
    host, port = listen.rsplit(':', 1)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, int(port)))    # waitress calls listen() when the application is ready, not before
    os.environ['OS_KEYSTONE_CONFIG_FILES'] = conf
    application = initialize_public_application()
    # Else the first request loads the rules, and one beside it on another thread finds none: 403 to the administrator.
    policy._ENFORCER._enforcer.load_rules()
    waitress.serve(believing_the_proxy(application), sockets=[sock], threads=THREADS, ident=None,
                   channel_timeout=300, connection_limit=500)


pairs = list(zip(sys.argv[1::2], sys.argv[2::2]))
sys.argv = ['keystone']
for pair in pairs[1:]:
    if os.fork() == 0:
        serve(*pair)
        os._exit(1)
serve(*pairs[0])
