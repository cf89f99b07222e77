"""VPN service drivers for the API process.  Both *are* neutron-vpnaas's IPsecVPNDriver: the same validators, the
same database code, the same callback for what agents report.

ApiVPNDriver only leaves the queue `ipsec_driver` to neutron-rpc-server.  (Zed's driver opens its consumer in
every process that loads the plugin, also where no eventlet hub runs: half of the agent's calls would end there.)

SteeredVPNDriver is for a stack without an agent.  After a create or update it reports statuses the way the agent
does, through that very callback, in the mode of the connection's project:

  auto    (default) the service ACTIVE and the connection DOWN after half a second, then ACTIVE 1.5 s later, which
          is what the real agent was seen to report; or other steps.  A later change starts the steps anew.
  manual  nothing is reported, as where no agent is alive: all stays PENDING_CREATE until someone drives it.

It listens on STACK_CONTROL (host:port):

  GET  /projects/ID                                                   -> {"mode": ..., "steps": ...}
  PUT  /projects/ID             {"mode": "auto"|"manual", "steps": [[seconds, status], ...]}  -> the same
  POST /connections/ID/status   {"status": ...}                       -> {}
"""
import json
import os
import threading
import time
from http import server

from neutron_lib import constants
from neutron_lib import context as n_context
from oslo_log import log as logging

from neutron_vpnaas.services.vpn.common import topics
from neutron_vpnaas.services.vpn.service_drivers import base_ipsec
from neutron_vpnaas.services.vpn.service_drivers import ipsec

LOG = logging.getLogger(__name__)
STATUSES = ('ACTIVE', 'DOWN', 'ERROR', 'PENDING_CREATE', 'PENDING_UPDATE', 'PENDING_DELETE')
DEFAULT = {'mode': 'auto', 'steps': [[0.5, constants.DOWN], [1.5, constants.ACTIVE]]}


class ApiVPNDriver(ipsec.IPsecVPNDriver):

    def create_rpc_conn(self):
        self.endpoints = [base_ipsec.IPsecVpnDriverCallBack(self)]
        self.agent_rpc = base_ipsec.IPsecVpnAgentApi(
            topics.IPSEC_AGENT_TOPIC, ipsec.BASE_IPSEC_VERSION, self)


class SteeredVPNDriver(ApiVPNDriver):

    def __init__(self, service_plugin):
        super().__init__(service_plugin)
        self.projects = {}      # id -> {mode, steps}
        self.replays = {}       # id of a connection -> the replay that counts, the newest
        host, port = os.environ['STACK_CONTROL'].split(':')
        Listener.driver = self
        threading.Thread(target=Server((host, int(port)), Listener).serve_forever, daemon=True).start()

    def create_ipsec_site_connection(self, context, conn):
        super().create_ipsec_site_connection(context, conn)
        self._agent_would_report(conn)

    def update_ipsec_site_connection(self, context, old, conn):
        super().update_ipsec_site_connection(context, old, conn)
        self._agent_would_report(conn)

    def update_vpnservice(self, context, old, svc):
        super().update_vpnservice(context, old, svc)
        for conn in self.service_plugin.get_ipsec_site_connections(
                n_context.get_admin_context(), filters={'vpnservice_id': [svc['id']]}):
            self._agent_would_report(conn)

    def project(self, project_id):
        return self.projects.get(project_id, DEFAULT)

    def drive(self, conn_id, status):
        """Reports a status for a connection, and ACTIVE for its service.  None if there is no such connection."""
        return self._with_connection(conn_id, lambda ctx, conn: self._report(ctx, conn, constants.ACTIVE, status))

    def _agent_would_report(self, conn):
        if self.project(conn['tenant_id'])['mode'] != 'auto':
            return
        replay = threading.Thread(target=self._replay, daemon=True, args=(conn['id'], conn['tenant_id']))
        self.replays[conn['id']] = replay
        replay.start()

    def _replay(self, conn_id, project_id):
        try:
            for delay, status in self.project(project_id)['steps']:
                time.sleep(delay)
                newest = self.replays.get(conn_id) is threading.current_thread()
                if not newest or self.project(project_id)['mode'] != 'auto':
                    return
                if not self._with_connection(conn_id, lambda ctx, conn: self._step(ctx, conn, status)):
                    return
        except Exception:
            LOG.exception('The replay for connection %s failed', conn_id)
        finally:
            if self.replays.get(conn_id) is threading.current_thread():
                del self.replays[conn_id]

    def _step(self, ctx, conn, status):
        svc = self.service_plugin.get_vpnservice(ctx, conn['vpnservice_id'])
        up = svc['admin_state_up']
        self._report(ctx, conn, constants.ACTIVE if up else constants.DOWN,
                     status if up and conn['admin_state_up'] else constants.DOWN)

    def _with_connection(self, conn_id, do):
        ctx = n_context.get_admin_context()
        try:
            found = self.service_plugin.get_ipsec_site_connections(ctx, filters={'id': [conn_id]})
            if found:
                do(ctx, found[0])
            return bool(found)
        finally:
            ctx.session.close()

    def _report(self, ctx, conn, svc_status, conn_status):
        """Exactly what the agent's report_status() sends, to the real callback."""
        self.endpoints[0].update_status(ctx, [{
            'id': conn['vpnservice_id'], 'status': svc_status, 'updated_pending_status': True,
            'ipsec_site_connections': {conn['id']: {'status': conn_status, 'updated_pending_status': True}}}])


class Refused(Exception):
    pass


def steering(data, before):
    mode, steps = data.get('mode', before['mode']), data.get('steps', before['steps'])
    if mode not in ('auto', 'manual'):
        raise Refused('mode is auto or manual')
    if not all(isinstance(s, list) and len(s) == 2 and isinstance(s[0], (int, float)) and s[1] in STATUSES
               for s in steps):
        raise Refused('steps are pairs of seconds and one of ' + ', '.join(STATUSES))
    return {'mode': mode, 'steps': steps}


def answer(driver, method, path, raw):
    data = json.loads(raw or b'{}')
    path = path.strip('/').split('/')
    if path[0] == 'projects' and len(path) == 2 and method in ('GET', 'PUT'):
        if method == 'PUT':
            driver.projects[path[1]] = steering(data, driver.project(path[1]))
        return driver.project(path[1])
    if path[0] == 'connections' and path[2:] == ['status'] and method == 'POST':
        if data.get('status') not in STATUSES:
            raise Refused('status is one of ' + ', '.join(STATUSES))
        if not driver.drive(path[1], data['status']):
            raise Refused('no such connection')
        return {}
    raise Refused('no such path')


class Server(server.ThreadingHTTPServer):
    request_queue_size = 64


class Listener(server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    driver = None

    def do(self):
        try:
            raw = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            code, body = 200, answer(self.driver, self.command, self.path, raw)
        except Refused as refused:
            code, body = 400, {'error': str(refused)}
        except Exception as error:
            LOG.exception('%s %s failed', self.command, self.path)
            code, body = 500, {'error': '%s: %s' % (type(error).__name__, error)}
        body = json.dumps(body).encode()
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_PUT = do_POST = do

    def log_message(self, *args):
        pass
