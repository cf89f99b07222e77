"""The stock StrongSwanDriver, without one race of its own.

neutron-vpnaas 21 runs report_status() both at the end of sync() and from a timer, unserialised.  When the timer
fires while sync() is inside `ipsec status`, it clears the connection's `updated_pending_status` mark after sync()
has set it; the server then ignores every later report for that connection ("still pending, and the agent does not
say that the pending operation finished"), which stays PENDING_CREATE for ever although the tunnel carries traffic.
(Seen once in 16 creations with a timer of 2 s; that this race is the cause is inferred from the code.)"""
import eventlet
from eventlet import semaphore

from neutron_vpnaas.services.vpn.device_drivers import strongswan_ipsec


class SerialStrongSwanDriver(strongswan_ipsec.StrongSwanDriver):

    def __init__(self, vpn_service, host):
        self._busy = semaphore.Semaphore()
        self._syncing = None
        super().__init__(vpn_service, host)

    def sync(self, context, routers):
        with self._busy:
            self._syncing = eventlet.getcurrent()
            try:
                super().sync(context, routers)
            finally:
                self._syncing = None

    def report_status(self, context):
        if self._syncing is eventlet.getcurrent():
            super().report_status(context)
        elif self._busy.acquire(blocking=False):    # else sync() will report
            try:
                super().report_status(context)
            finally:
                self._busy.release()
