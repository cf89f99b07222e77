/** A job at GitHub, which gets ID tokens, and the Keystone that takes them. */
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type GitHub, startGitHub } from '../../cloud/github/index.ts';
import { type Federated, federate } from '../federation.ts';
import type { Recorder } from './recorder.ts';
import { nobody, type Stage } from './stage.ts';

interface Parts {
  readonly federation: Federated;
  readonly identity: Recorder;
  readonly shortLived: Recorder;
}

/** Filled in before the first test. */
export class Job {
  #parts: Parts | undefined;
  #github: GitHub | undefined;
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  get #known(): Parts {
    if (this.#parts === undefined) throw new Error('the job is not there yet');
    return this.#parts;
  }

  get federation(): Federated {
    return this.#known.federation;
  }

  /** Each test has its own. */
  get github(): GitHub {
    if (this.#github === undefined) throw new Error('no test runs');
    return this.#github;
  }

  /** Where the web server is listened to that verifies ID tokens for the Keystone whose tokens live for three seconds. */
  get shortLivedUrl(): string {
    return this.#known.shortLived.url;
  }

  /** The `with:` of a run that logs in by the job's ID token; everything goes by way of that web server. */
  get inputs(): { [name: string]: string | undefined } {
    const { identityProvider, protocol, audience } = this.federation;
    return {
      ...nobody,
      'auth-url': this.#known.identity.url,
      'identity-provider': identityProvider,
      protocol,
      // That of the address which is not listened to.
      audience,
      'project-name': this.#stage.tenant.project.name,
    };
  }

  async open(): Promise<void> {
    const federation = await federate(this.#stage.stack, this.#stage.tenant);
    const [identity, shortLived] = await Promise.all([
      this.#stage.listenTo(federation.authUrl),
      this.#stage.listenTo(federation.shortLivedAuthUrl),
    ]);
    this.#parts = { federation, identity, shortLived };
  }

  async begin(): Promise<void> {
    const { key, run } = this.federation;
    this.#github = await startGitHub({ key, run });
  }

  async end(): Promise<void> {
    await this.github.close();
  }

  async close(): Promise<void> {
    const { federation, identity, shortLived } = this.#known;
    await Promise.all([federation.remove(), identity.close(), shortLived.close()]);
  }
}

/** The stage's repository may log in as a member of the tenant's projects. */
export function useJob(stage: Stage): Job {
  const job = new Job(stage);
  beforeAll(() => job.open());
  beforeEach(() => job.begin());
  afterEach(() => job.end());
  afterAll(() => job.close());
  return job;
}
