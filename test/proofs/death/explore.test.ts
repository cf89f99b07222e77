import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { Trial } from '../bundle/trial.ts';
import { situation } from '../situations.ts';
import { deathsOf, describe } from './deaths.ts';
import { die } from './dying.ts';
import { judge } from './judging.ts';

for (const each of (process.env['SIT'] ?? 'create/openstack').split(','))
  test(each, async () => {
    const [name = '', dialect = ''] = each.split('/');
    const trial = await Trial.of(situation(name, dialect === 'otc' ? 'otc' : 'openstack'));
    const signal = (process.env['SIGNAL'] ?? 'SIGKILL') as 'SIGKILL';
    const out = `/tmp/B/x-${each.replaceAll(/\W/g, '-')}-${signal}.txt`;
    appendFileSync(out, `#### ${new Date().toISOString()}\n`);
    for (const death of deathsOf(trial.recorded.targets, signal)) {
      const t = Date.now();
      const died = await die(trial, death);
      const t1 = Date.now();
      const wrong = [...(died.at ? [] : ['NEVER MADE']), ...judge(trial, death, died), ...(await trial.recover())];
      appendFileSync(
        out,
        `${describe(death)} | ${t1 - t}+${Date.now() - t1} exit ${died.run.exitCode ?? died.run.signal} ended ${Math.round(died.run.endedAfterSignalMs[0] ?? -1)} | ${died.run.annotations
          .filter((a) => a.level === 'error')
          .map((a) => `${a.title} ${a.message}`)
          .join(' // ')}\n${wrong.map((w) => `   WRONG ${w}\n`).join('')}`,
      );
      if (wrong.length) appendFileSync(out, died.run.log.replace(/^/gm, '      >') + '\n');
    }
  });
