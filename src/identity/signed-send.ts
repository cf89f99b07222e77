/** Sends requests signed with access key and secret key, and stops for good when the service refuses the signature. */
import { ActionError } from '../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http/client.ts';
import { ResponseError } from '../http/errors.ts';
import type { Send } from '../http/send.ts';
import type { Clock } from '../ports.ts';
import { isOfKeys, isOfProject, keyRefusal, projectRefusal } from './key-refusal.ts';
import { canonicalQuery, signedHeaders } from './signing.ts';
import type { KeysWay } from './way.ts';

/** What a request is about: a project (regional services) or a whole account (IAM). */
export type SigningScope = { readonly projectId: string } | { readonly domainId: string };

export interface Signer {
  /**
   * Sends to these origins, signed, with the scope's `X-Project-Id` or `X-Domain-Id`. All of a signer share what is known of
   * the keys: the first request goes alone until one has succeeded, and after a refusal of the keys nothing is sent any more.
   * @throws ActionError ENDPOINT_REFUSED for any other origin; ResponseError LOGIN_REFUSED or LOGIN_TOKEN for the keys, and
   * LOGIN_REFUSED for a project that is not theirs
   */
  sendTo(origins: readonly string[], scope?: SigningScope): Send;
}

export interface SignerOptions {
  readonly http: HttpClient;
  readonly keys: KeysWay;
  readonly clock: Pick<Clock, 'now'>;
}

/** What has a blank or line break can be no key: it came in with the copying, and one bad signature would be counted. */
function checkForm({ accessKey, secretKey, securityToken }: KeysWay): void {
  const texts = {
    'access-key': accessKey,
    'secret-key': secretKey.reveal(),
    'security-token': securityToken?.reveal(),
  };
  for (const [name, text] of Object.entries(texts)) {
    if (text !== undefined && !/^[\x21-\x7e]+$/.test(text)) {
      throw new ActionError(
        'INPUT_INVALID',
        `The ${name} is empty, or contains blanks, line breaks or other characters no key has.`,
        { hint: `Copy the ${name} again, without what stands around it.` },
      );
    }
  }
}

function scopeHeaders(scope: SigningScope | undefined): Readonly<Record<string, string>> {
  if (scope === undefined) {
    return {};
  }
  return 'projectId' in scope ? { 'x-project-id': scope.projectId } : { 'x-domain-id': scope.domainId };
}

/** What the service has said about the keys so far in this run. */
interface Known {
  accepted: boolean;
  /** By their ids; the first word counts. */
  readonly projects: Map<string, 'accepted' | ResponseError>;
  /** The first one. */
  refusal: ResponseError | undefined;
}

function explained(error: unknown, known: Known, projectId: string | undefined, options: SignerOptions): unknown {
  if (!(error instanceof ResponseError) || error.code !== 'API_REFUSED') {
    return error;
  }
  if (isOfKeys(error)) {
    const { keys, clock } = options;
    const explanation = keyRefusal(error, { keys, accepted: known.accepted, now: clock.now() });
    known.refusal ??= explanation;
    return explanation;
  }
  if (projectId === undefined || known.projects.has(projectId) || !isOfProject(error)) {
    return error;
  }
  const explanation = projectRefusal(error, projectId);
  known.projects.set(projectId, explanation);
  return explanation;
}

type Gate = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets requests go one after the other until one has succeeded, then all at once. */
function createGate(): Gate {
  let isOpen = false;
  let last = Promise.resolve();
  return async (work) => {
    const before = last;
    const { promise, resolve: letNext } = Promise.withResolvers<void>();
    last = promise;
    await before;
    if (isOpen) {
      letNext();
    }
    try {
      const result = await work();
      isOpen = true;
      return result;
    } finally {
      letNext();
    }
  };
}

/** @throws ActionError INPUT_INVALID for what can be no keys */
export function createSigner(options: SignerOptions): Signer {
  const { http, keys, clock } = options;
  checkForm(keys);
  const known: Known = { accepted: false, projects: new Map(), refusal: undefined };
  // A run begins with several requests at once; with a wrong secret, they would block the key.
  const inTurn = createGate();

  async function send(request: HttpRequest, scope: SigningScope | undefined): Promise<HttpResponse> {
    const projectId = scope !== undefined && 'projectId' in scope ? scope.projectId : undefined;
    const url = new URL(request.url);
    url.search = canonicalQuery(url);
    try {
      const response = await http.send({
        ...{ ...request, url, headers: { ...request.headers, ...scopeHeaders(scope) } },
        authorise(wire) {
          // It may have come while this request was waiting, be it for its turn or for a repeat.
          const refusal = known.refusal ?? known.projects.get(projectId ?? '') ?? 'accepted';
          if (refusal !== 'accepted') {
            throw refusal;
          }
          return signedHeaders(keys, wire, clock.now());
        },
      });
      known.accepted = true;
      if (projectId !== undefined) {
        known.projects.set(projectId, 'accepted');
      }
      return response;
    } catch (error) {
      throw explained(error, known, projectId, options);
    }
  }

  return {
    sendTo: (origins, scope) => async (request) => {
      if (!origins.includes(request.url.origin)) {
        const words = `Could not ${request.what}: nothing is signed for ${request.url.origin}.`;
        throw new ActionError('ENDPOINT_REFUSED', words);
      }
      return await inTurn(() => send(request, scope));
    },
  };
}
