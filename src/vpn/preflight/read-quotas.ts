/** Asks how many objects the project may have: a read that may fail, for then the service itself says so at the first write. */
import type { HttpRequest } from '../../http/client.ts';
import { CancelledError } from '../../http/errors.ts';
import type { Send } from '../../http/send.ts';
import type { Log } from '../../ports.ts';
import type { DialectName } from '../dialects.ts';
import { type Kind, kinds } from '../kinds.ts';
import { isJsonObject, type Json } from '../objects.ts';

export interface Quota {
  /** At most so many; -1 is no limit. */
  readonly limit: number;
  /** Undefined where the answer does not say: what the project has is then counted. */
  readonly used: number | undefined;
}

export type Quotas = ReadonlyMap<Kind, Quota>;

export interface QuotaOptions {
  readonly send: Send;
  /** Ends in `/v2.0`. */
  readonly networkUrl: URL;
  readonly projectId: string;
  readonly dialect: DialectName;
  readonly log: Pick<Log, 'debug'>;
}

/** Milliseconds: a run does not wait long for what it can do without. */
const patience = 10_000;

function integer(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined;
}

/** Neutron: `GET /v2.0/quotas/{project}` (Networking API v2, "Quotas extension"); an own project may be read by everybody in it. */
function neutronQuotas(body: Json): Quotas {
  const quota = isJsonObject(body.quota) ? body.quota : {};
  const found = kinds.flatMap((kind): [Kind, Quota][] => {
    const limit = integer(quota[kind]);
    return limit === undefined ? [] : [[kind, { limit, used: undefined }]];
  });
  return new Map(found);
}

/**
 * Types of the VPC API's quotas (OTC's VPC API reference, "Querying Quotas"; what they count is said by the vendor's page of
 * the same name in the VPN API). Older regions have no `vpngw`, and refuse an unknown type: the whole list is asked for.
 */
const otcTypes: Readonly<Record<string, Kind>> = { vpn: 'ipsec_site_connection', vpngw: 'vpnservice' };

/** OTC: `GET /v1/{project}/quotas`, of the VPC service, which has the classic VPN's API too. */
function otcQuotas(body: Json): Quotas {
  const quotas = isJsonObject(body.quotas) ? body.quotas : {};
  const resources: readonly unknown[] = Array.isArray(quotas.resources) ? quotas.resources : [];
  const found = resources.flatMap((resource): [Kind, Quota][] => {
    const { type, quota, used }: Json = isJsonObject(resource) ? resource : {};
    const kind = typeof type === 'string' && Object.hasOwn(otcTypes, type) ? otcTypes[type] : undefined;
    const limit = integer(quota);
    return kind === undefined || limit === undefined ? [] : [[kind, { limit, used: integer(used) }]];
  });
  return new Map(found);
}

/**
 * Empty where the cloud does not tell them to this user.
 * @throws CancelledError
 */
export async function readQuotas({ send, networkUrl, projectId, dialect, log }: QuotaOptions): Promise<Quotas> {
  const base = networkUrl.href.replace(/\/v2\.0\/?$/, '');
  const path = dialect === 'otc' ? `v1/${projectId}/quotas` : `v2.0/quotas/${projectId}`;
  const request: HttpRequest = {
    ...{ method: 'GET', url: new URL(`${base}/${path}`), what: 'read the quotas', repeat: 'never' },
    deadlineMs: patience,
  };
  try {
    const { body } = await send(request);
    const answer = isJsonObject(body) ? body : {};
    return dialect === 'otc' ? otcQuotas(answer) : neutronQuotas(answer);
  } catch (error) {
    if (error instanceof CancelledError) {
      throw error;
    }
    log.debug(`Quotas are not checked: ${error instanceof Error ? error.message : String(error)}`);
    return new Map();
  }
}
