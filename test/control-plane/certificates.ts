import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** A certificate and its private key, both as PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** Kubernetes reads the user's name from it. */
  readonly commonName: string;
  /** Kubernetes reads the user's groups from them. */
  readonly organizations?: readonly string[];
  /** DNS names and IPv4 addresses that a server answers to. */
  readonly hosts?: readonly string[];
  /** From now on; a month when absent. Negative for a certificate that has already expired. */
  readonly lifetimeSeconds?: number;
}

const monthSeconds = 30 * 24 * 60 * 60;

/**
 * A certificate authority that lives as long as one control plane. Node can sign but cannot write X.509, and the
 * machine need not have openssl, so the few structures of RFC 5280 that are needed are written here.
 */
export class CertificateAuthority {
  /** PEM, what a client is given to trust. */
  readonly certificate: string;
  readonly #name: Buffer;
  readonly #key: KeyObject;
  readonly #keyId: Buffer;

  constructor(commonName: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#name = distinguishedName(commonName, []);
    this.#key = privateKey;
    this.#keyId = keyIdentifier(publicKey);
    this.certificate = this.#sign(this.#name, publicKey, 12 * monthSeconds, [
      extension(oid.basicConstraints, sequence(boolean(true)), true),
      extension(oid.keyUsage, bits(0x06, 1), true),
      extension(oid.subjectKeyIdentifier, octets(this.#keyId)),
    ]);
  }

  /** A key and a certificate that serve for both ends of a connection: etcd's own gateway needs one for both. */
  issue(request: CertificateRequest): KeyPair {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const extensions = [
      extension(oid.basicConstraints, sequence(), true),
      extension(oid.keyUsage, bits(0x80, 7), true),
      extension(oid.extendedKeyUsage, sequence(objectId(oid.serverAuth), objectId(oid.clientAuth))),
      extension(oid.authorityKeyIdentifier, sequence(tagged(0x80, this.#keyId))),
    ];
    const hosts = request.hosts ?? [];
    if (hosts.length > 0) extensions.push(extension(oid.subjectAltName, sequence(...hosts.map(generalName))));
    const subject = distinguishedName(request.commonName, request.organizations ?? []);
    return {
      certificate: this.#sign(subject, publicKey, request.lifetimeSeconds ?? monthSeconds, extensions),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
  }

  #sign(subject: Buffer, publicKey: KeyObject, lifetimeSeconds: number, extensions: readonly Buffer[]): string {
    const expires = Date.now() + lifetimeSeconds * 1000;
    // A clock that is a little behind must not find the certificate not yet valid.
    const begins = Math.min(Date.now(), expires) - 60_000;
    const algorithm = sequence(objectId(oid.ecdsaWithSha256));
    const body = sequence(
      tagged(0xa0, integer(Buffer.from([2]))),
      integer(serialNumber()),
      algorithm,
      this.#name,
      sequence(time(begins), time(expires)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions)),
    );
    const certificate = sequence(body, algorithm, tagged(0x03, Buffer.from([0]), sign('sha256', body, this.#key)));
    return pem('CERTIFICATE', certificate);
  }
}

/** A key pair for signing service account tokens, as PEM. */
export const signingKeyPair = (): { readonly publicKey: string; readonly privateKey: string } =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

/** Object identifiers of RFC 5280 and RFC 5758, as encoded. */
const oid = {
  commonName: '550403',
  organization: '55040a',
  subjectKeyIdentifier: '551d0e',
  keyUsage: '551d0f',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  authorityKeyIdentifier: '551d23',
  extendedKeyUsage: '551d25',
  serverAuth: '2b06010505070301',
  clientAuth: '2b06010505070302',
  ecdsaWithSha256: '2a8648ce3d040302',
};

const tagged = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const size = content.length;
  const length =
    size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : size < 0x10000 ? [0x82, size >> 8, size & 0xff] : undefined;
  if (length === undefined) throw new RangeError('A certificate this long is not expected.');
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const octets = (content: Buffer): Buffer => tagged(0x04, content);
const boolean = (value: boolean): Buffer => tagged(0x01, Buffer.from([value ? 0xff : 0]));
const objectId = (encoded: string): Buffer => tagged(0x06, Buffer.from(encoded, 'hex'));
const bits = (value: number, unused: number): Buffer => tagged(0x03, Buffer.from([unused, value]));
const text = (value: string): Buffer => tagged(0x0c, Buffer.from(value, 'utf8'));

/** Positive and with no leading zero byte, which DER forbids. */
const serialNumber = (): Buffer => {
  const number = randomBytes(16);
  number[0] = 0x40 | ((number[0] ?? 0) & 0x3f);
  return number;
};

/** A positive integer: a leading one bit would make it negative. */
const integer = (value: Buffer): Buffer =>
  tagged(0x02, (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), value]) : value);

/** UTCTime, which RFC 5280 requires until 2049. */
const time = (milliseconds: number): Buffer => {
  const digits = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return tagged(0x17, Buffer.from(digits.slice(2), 'ascii'));
};

const distinguishedName = (commonName: string, organizations: readonly string[]): Buffer => {
  const attribute = (id: string, value: string): Buffer => tagged(0x31, sequence(objectId(id), text(value)));
  return sequence(
    ...organizations.map((organization) => attribute(oid.organization, organization)),
    attribute(oid.commonName, commonName),
  );
};

const generalName = (host: string): Buffer =>
  isIPv4(host) ? tagged(0x87, Buffer.from(host.split('.').map(Number))) : tagged(0x82, Buffer.from(host, 'ascii'));

const extension = (id: string, content: Buffer, critical = false): Buffer =>
  sequence(objectId(id), ...(critical ? [boolean(true)] : []), octets(content));

const keyIdentifier = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${content.toString('base64').replaceAll(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
