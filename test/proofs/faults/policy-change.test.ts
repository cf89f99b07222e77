import { proveFaults } from './prove.ts';

proveFaults('policy change', 'openstack');
proveFaults('policy change', 'otc');
