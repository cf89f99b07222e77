import { proveFaults } from './prove.ts';

proveFaults('field update', 'openstack');
proveFaults('field update', 'otc');
