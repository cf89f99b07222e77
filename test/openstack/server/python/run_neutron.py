#!/usr/bin/python3
"""Neutron's entry points, which Debian ships in packages that bring init scripts and debconf along.

usage: run_neutron.py NAME arguments..."""
import sys

name = sys.argv.pop(1)
sys.argv[0] = name

if name == 'neutron-db-manage':
    from neutron.db.migration.cli import main
elif name == 'neutron-rpc-server':      # what the agents talk to
    from neutron.cmd.eventlet.server import main_rpc_eventlet as main
elif name == 'neutron-l3-agent':
    from neutron.cmd.eventlet.agents.l3 import main
elif name == 'neutron-linuxbridge-agent':
    from neutron.cmd.eventlet.plugins.linuxbridge_neutron_agent import main
else:
    sys.exit('unknown: %s' % name)
if name.endswith('-agent'):
    import journal
    journal.keep()
sys.exit(main())
