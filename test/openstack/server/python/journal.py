"""Keeps apart what several stacks on one machine have in it.

Each namespace and each link of the root namespace is written down before an agent makes it, so that it can be
removed without asking anyone: the servers may be dead by then.  And the L3 agent, which deletes at its start every
namespace of a router that is not Neutron's, sees no other stack's.

The file is named by STACK_JOURNAL; its lines are `namespace NAME` and `link NAME`."""
import os

from neutron.agent.l3 import namespace_manager
from neutron.privileged.agent.linux import ip_lib


def _write(kind, name):
    with open(os.environ['STACK_JOURNAL'], 'a', encoding='utf-8') as journal:
        journal.write('%s %s\n' % (kind, name))


def _own_namespaces():
    try:
        with open(os.environ['STACK_JOURNAL'], encoding='utf-8') as journal:
            return {line.split()[1] for line in journal if line.startswith('namespace ')}
    except FileNotFoundError:
        return set()


def keep():
    list_all = namespace_manager.NamespaceManager.list_all
    namespace_manager.NamespaceManager.list_all = lambda manager: list_all(manager) & _own_namespaces()
    create_netns, create_interface = ip_lib.create_netns, ip_lib.create_interface

    def journaled_netns(name, **kwargs):
        _write('namespace', name)
        return create_netns(name, **kwargs)

    def journaled_interface(ifname, namespace, kind, **kwargs):
        if namespace is None:
            _write('link', ifname)
        return create_interface(ifname, namespace, kind, **kwargs)

    ip_lib.create_netns, ip_lib.create_interface = journaled_netns, journaled_interface
