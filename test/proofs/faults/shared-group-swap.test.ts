import { proveFaults } from './prove.ts';

proveFaults('shared group swap', 'openstack');
proveFaults('shared group swap', 'otc');
