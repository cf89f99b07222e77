#!/usr/bin/python3
"""Neutron's entry points, which Debian ships in packages that bring init scripts and debconf along.

The agents' first call would be lost, and repeated after a minute, if nobody listened yet: the RPC server makes the
file STACK_RPC_READY, and the agents wait for it when they are loaded.

usage: run_neutron.py NAME arguments..."""
import os
import sys
import time

import setproctitle

# A title overwrites the environment in /proc, by which the stack finds its processes.
setproctitle.setproctitle = lambda title: None
name = sys.argv.pop(1)
sys.argv[0] = name

if name == 'neutron-db-manage':
    from neutron.db.migration.cli import main
elif name == 'neutron-rpc-server':      # what the agents talk to
    from neutron.cmd.eventlet.server import main_rpc_eventlet as main
    from neutron import service

    start = service.RpcWorker.start

    def start_and_tell(worker):
        start(worker)
        open(os.environ['STACK_RPC_READY'], 'w').close()

    service.RpcWorker.start = start_and_tell
elif name == 'neutron-l3-agent':
    from neutron.cmd.eventlet.agents.l3 import main
elif name == 'neutron-linuxbridge-agent':
    from neutron.cmd.eventlet.plugins.linuxbridge_neutron_agent import main
else:
    sys.exit('unknown: %s' % name)
if name.endswith('-agent'):
    import journal
    journal.keep()
    while not os.path.exists(os.environ['STACK_RPC_READY']):
        time.sleep(0.05)
sys.exit(main())
