import { proveFaults } from './prove.ts';

proveFaults('create', 'openstack');
proveFaults('create', 'otc');
