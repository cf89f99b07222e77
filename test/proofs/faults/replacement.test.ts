import { proveFaults } from './prove.ts';

proveFaults('replacement', 'openstack');
proveFaults('replacement', 'otc');
