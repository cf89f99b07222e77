"""Writes down each namespace and each link of the root namespace before an agent makes it, so that they can be
removed without asking anyone: the servers may be dead by then, and other stacks' may have names like these.

The file is named by STACK_JOURNAL; its lines are `namespace NAME` and `link NAME`."""
import os

from neutron.privileged.agent.linux import ip_lib


def _write(kind, name):
    with open(os.environ['STACK_JOURNAL'], 'a', encoding='utf-8') as journal:
        journal.write('%s %s\n' % (kind, name))


def keep():
    create_netns, create_interface = ip_lib.create_netns, ip_lib.create_interface

    def journaled_netns(name, **kwargs):
        _write('namespace', name)
        return create_netns(name, **kwargs)

    def journaled_interface(ifname, namespace, kind, **kwargs):
        if namespace is None:
            _write('link', ifname)
        return create_interface(ifname, namespace, kind, **kwargs)

    ip_lib.create_netns, ip_lib.create_interface = journaled_netns, journaled_interface
