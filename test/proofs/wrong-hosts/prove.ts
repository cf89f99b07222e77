import { expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../../src/secret.ts';
import { startGitHub } from '../../cloud/github/index.ts';
import { startCloud } from '../../cloud/index.ts';
import { stage } from '../../unit/stage.ts';
import { type Dialect, situation } from '../situations.ts';
import { casesOf, sample } from '../size.ts';
import { tally } from '../tally.ts';
import { type Attack, attacks } from './attacks.ts';
import { hostsOf, routingClient } from './names.ts';
import { type Way, waysOf } from './ways.ts';

const quiet: Attack = { name: 'nothing', change: (_request, response) => response, faults: [], inputs: {} };

async function standing(dialect: Dialect) {
  const github = await startGitHub();
  onTestFinished(() => github.close());
  const { issuer, jwks } = github;
  const { cloud, run } = await stage({ dialect, federation: { issuer, jwks }, now: Date.now }, (options) =>
    startCloud(options),
  );
  const hosts = hostsOf[dialect];
  const { step } = situation('create', dialect);
  const put = cloud.store.save();
  const isFriend = (url: URL): boolean => url.origin === new URL(github.requestUrl).origin;
  const strays: string[] = [];
  const play = async (way: Way, attack: Attack) => {
    put();
    cloud.clearFaults();
    cloud.clearRequests();
    strays.splice(0);
    for (const fault of attack.faults) cloud.addFault(fault);
    const authUrl = `${hosts.auth}/v3`;
    const inputs = { 'auth-url': authUrl, ...step.inputs, ...way.inputs, ...attack.inputs };
    const told = await run({
      files: step.files,
      inputs,
      replace: (usual) => ({
        http: () => routingClient(cloud, dialect, usual, { strays, isFriend, change: attack.change }),
        idTokens: { url: github.requestUrl, token: new Secret(github.requestToken) },
        environment: { home: undefined, variables: new Map(Object.entries(way.environment ?? {})) },
      }),
    });
    return { told, strays: [...strays] };
  };
  return { play, ways: waysOf(cloud, dialect, `${hosts.auth}/v3`) };
}

/** Whatever leads elsewhere, by whichever way the run logs in: nobody else is asked anything. */
export function proveHosts(dialect: Dialect): void {
  test(`no way to log in on ${dialect} is led elsewhere`, async () => {
    const { play, ways } = await standing(dialect);
    const problems: string[] = [];
    let played = 0;
    for (const way of ways) {
      const honest = await play(way, quiet);
      expect([way.name, honest.told.conclusion.failure, honest.strays]).toEqual([way.name, undefined, []]);
      for (const attack of sample(attacks(dialect), casesOf(120, 10_000))) {
        const { told, strays } = await play(way, attack);
        const { failure } = told.conclusion;
        const isClear = failure === undefined || (failure.code !== 'BUG' && failure.message.length > 20);
        problems.push(
          ...strays.map((stray) => `${way.name}, ${attack.name}: ${stray}`),
          ...(isClear ? [] : [`${way.name}, ${attack.name}: ${failure?.code} ${failure?.message}`]),
          ...(told.rejection === undefined ? [] : [`${way.name}, ${attack.name}: ${told.rejection}`]),
        );
        played += 1;
      }
    }
    expect(problems.slice(0, 12)).toEqual([]);
    tally('wrong hosts', played);
  });
}
