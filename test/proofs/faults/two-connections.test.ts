import { proveFaults } from './prove.ts';

proveFaults('two connections', 'openstack');
proveFaults('two connections', 'otc');
