import { proveFaults } from './prove.ts';

proveFaults('group swap', 'openstack');
proveFaults('group swap', 'otc');
