import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A key and its certificate, PEM. */
export interface Credentials {
  readonly key: string;
  readonly cert: string;
}

export interface Authority {
  /** PEM: what a user gives as `ca-certificate`. */
  readonly cert: string;
  /** A server certificate of this authority. */
  issue(names: readonly string[], validity?: Validity): Credentials;
}

interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/** A certificate authority for tests (X.509 v3, P-256), made on the spot: no key is in the repository, none expires. */
export function makeAuthority(commonName = 'Test Root CA'): Authority {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const extensions = [
    extension(oids.basicConstraints, sequence(der(0x01, Buffer.from([0xff]))), true),
    extension(oids.keyUsage, der(0x03, Buffer.from([0x01, 0x06])), true),
  ];
  const self = { subject: commonName, issuer: commonName, issuerKey: issuer.privateKey, validity: now() };
  return {
    cert: certificate({ ...self, publicKey: issuer.publicKey, extensions }),
    issue: (names, validity = now()) => {
      const server = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const cert = certificate({
        ...self,
        subject: names[0] ?? 'server',
        validity,
        publicKey: server.publicKey,
        extensions: [extension(oids.subjectAltName, sequence(...names.map(generalName)), false)],
      });
      return { key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
    },
  };
}

function now(): Validity {
  const hour = 3_600_000;
  return { from: new Date(Date.now() - hour), to: new Date(Date.now() + 24 * hour) };
}

const oids = {
  commonName: [0x55, 0x04, 0x03],
  keyUsage: [0x55, 0x1d, 0x0f],
  subjectAltName: [0x55, 0x1d, 0x11],
  basicConstraints: [0x55, 0x1d, 0x13],
  ecdsaWithSha256: [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02],
};

interface CertificateContent {
  readonly subject: string;
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly validity: Validity;
  readonly extensions: readonly Buffer[];
}

/** RFC 5280, section 4.1. */
function certificate(content: CertificateContent): string {
  const algorithm = sequence(oid(oids.ecdsaWithSha256));
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    distinguishedName(content.issuer),
    sequence(time(content.validity.from), time(content.validity.to)),
    distinguishedName(content.subject),
    content.publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...content.extensions)),
  );
  const signature = sign('sha256', signed, content.issuerKey);
  const whole = sequence(signed, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function der(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(bytes: readonly number[]): Buffer {
  return der(0x06, Buffer.from(bytes));
}

function distinguishedName(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid(oids.commonName), der(0x0c, Buffer.from(commonName)))));
}

function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
}

function generalName(name: string): Buffer {
  return isIPv4(name) ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name));
}

function extension(id: readonly number[], value: Buffer, critical: boolean): Buffer {
  return sequence(oid(id), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, value));
}
