/**
 * Real Keystone and Neutron with VPNaaS on loopback, from nothing and back to nothing.
 *
 *   node test/openstack/main.ts up [api|dataplane]   starts a stack that stays, and says where it is
 *   node test/openstack/main.ts down                 ends it
 *   node test/openstack/main.ts test [arguments]     suites contract and action on a stack of their own; arguments go to vitest
 *   node test/openstack/main.ts tunnel [arguments]   suite tunnel, on a stack with a data plane
 *
 * Exit codes: 0; 1 for what failed; 77 where it cannot run (not Debian 12, not root, no namespaces); 128 plus the
 * signal's number when interrupted.
 */
import { runCommand } from './server/commands.ts';

process.exitCode = await runCommand(process.argv.slice(2));
