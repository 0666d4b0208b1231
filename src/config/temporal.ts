/** Where the Temporal server is and how to be let in. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Problem } from './problem.ts';

export interface TemporalConnection {
  /** `host:port`; an IPv6 host in brackets. */
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: string | null;
  /** Null: without encryption, which only a server on this machine or in the job's own network is given. */
  readonly tls: TemporalTls | null;
  /** 32 bytes that what is left on the server is encrypted with; null: a key of this run alone. */
  readonly encryptionKey: Uint8Array | null;
}

/** Certificates are PEM texts; null leaves the choice to the system. */
export interface TemporalTls {
  readonly serverName: string | null;
  readonly ca: string | null;
  readonly client: { readonly certificate: string; readonly key: string } | null;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** `temporal.example.com:7233`, `127.0.0.1:7233`, `[::1]:7233`; null for anything else. */
export function parseAddress(text: string): Address | null {
  const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})$/u.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port < 1 || port > 65_535) return null;
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: bracketed, port } : null;
  return plain === undefined || plain.startsWith('-') || plain.startsWith('.') ? null : { host: plain, port };
}

/**
 * Whether traffic to this host stays with the job. A host name without a dot counts: it is how a job that runs in a
 * container reaches its service container (`temporal:7233`), over a network made for that one job.
 */
function staysWithTheJob(host: string): boolean {
  if (isIPv4(host)) return host.startsWith('127.');
  if (isIPv6(host)) return host === '::1' || host === '0:0:0:0:0:0:0:1';
  return !host.includes('.') && !/^[0-9]+$/u.test(host);
}

/**
 * The connection that the inputs make together, each by its name; null when no address is given or it is not well
 * formed. Encryption is on for every server that is not local unless that is allowed, and where an API key is given or anything about TLS is said.
 * What does not fit together is added to `problems`.
 */
export function temporalConnection(
  inputs: Readonly<Record<string, string>>,
  where: (input: string) => string,
  problems: Problem[],
): TemporalConnection | null {
  const given = (name: string) => inputs[`temporal-${name}`] ?? null;
  const certificate = given('tls-cert');
  const key = given('tls-key');
  if (certificate === null && key !== null)
    problems.push({ where: where('temporal-tls-key'), message: `a key needs its certificate: give ${where('temporal-tls-cert')} too` });
  if (certificate !== null && key === null)
    problems.push({ where: where('temporal-tls-cert'), message: `a certificate needs its key: give ${where('temporal-tls-key')} too` });
  const address = given('address');
  if (address === null) {
    const idle = Object.keys(inputs).filter((name) => name.startsWith('temporal-') && name !== 'temporal-namespace');
    const message = `means nothing without a server: give ${where('temporal-address')}, or leave this out to use the embedded server`;
    problems.push(...idle.map((name) => ({ where: where(name), message })));
    return null;
  }
  const host = parseAddress(address)?.host;
  if (host === undefined) return null;
  const plain = staysWithTheJob(host) || given('allow-insecure')?.toLowerCase() === 'true';
  const apiKey = given('api-key');
  if (!plain && apiKey === null && certificate === null && key === null)
    problems.push({ where: where('temporal-address'), message: needsCredentials(where) });
  const client = certificate !== null && key !== null ? { certificate, key } : null;
  const tls = { serverName: given('tls-server-name'), ca: given('tls-ca'), client };
  const encrypted = !plain || apiKey !== null || Object.values(tls).some((each) => each !== null);
  return {
    address,
    namespace: given('namespace') ?? DEFAULT_NAMESPACE,
    apiKey,
    tls: encrypted ? tls : null,
    encryptionKey: parseKey(given('encryption-key') ?? '') ?? null,
  };
}

/** 32 bytes in base64 or hex; undefined for anything else. */
export function parseKey(text: string): Uint8Array | undefined {
  if (/^[0-9A-Fa-f]{64}$/u.test(text)) return Buffer.from(text, 'hex');
  return /^[0-9A-Za-z+/_-]{43}=?$/u.test(text) ? Buffer.from(text, 'base64') : undefined;
}

export const DEFAULT_NAMESPACE = 'default';

function needsCredentials(where: (input: string) => string): string {
  const [apiKey, certificate, key] = ['api-key', 'tls-cert', 'tls-key'].map((name) => where(`temporal-${name}`));
  return (
    `a server outside this job is only used over TLS and with credentials: give ${apiKey}, or ${certificate} and ${key}. ` +
    `Without them use 127.0.0.1, a service container by its name, or, in a network that you trust, ${where('temporal-allow-insecure')}`
  );
}
