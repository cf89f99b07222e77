import { proveFaults } from './prove.ts';

proveFaults('destroy', 'openstack');
proveFaults('destroy', 'otc');
