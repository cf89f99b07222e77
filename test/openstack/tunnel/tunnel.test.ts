/**
 * Packets through a tunnel that the action made, between the real agent's strongSwan and a far side that is set up by
 * the file that the action wrote. One story: each test brings the tunnel to where it needs it, from whatever state.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { changes } from './changes.ts';
import { failures } from './failures.ts';
import { first } from './first.ts';
import { measured, table } from './measurements.ts';
import { removal } from './removal.ts';
import { Site } from './site.ts';
import { suites } from './suites.ts';

let site: Site | undefined;

function current(): Site {
  if (site === undefined) throw new Error('the site did not open');
  return site;
}

beforeAll(async () => {
  site = await Site.open();
  measured(
    'ESP at the far side is done by',
    site.esp === 'kernel' ? 'the kernel' : 'strongSwan (this kernel has none)',
  );
});

afterAll(async () => {
  console.log(table('Measured by the tunnel suite:'));
  await site?.close();
});

describe('the first tunnel', () => first(current));
describe('changes', () => changes(current));
describe('failures', () => failures(current));
describe('removal', () => removal(current));
describe('algorithms and networks', () => suites(current));
