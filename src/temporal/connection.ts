import { setTimeout as sleep } from 'node:timers/promises';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import { TemporalUnavailable } from './errors.ts';

/** Where a server is and how to speak to it. */
export interface TemporalTarget {
  /** `HOST:PORT`. */
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: string | null;
  /** PEM texts; null leaves the choice to the system. Without TLS at all: null. */
  readonly tls: {
    readonly serverName: string | null;
    readonly ca: string | null;
    readonly client: { readonly certificate: string; readonly key: string } | null;
  } | null;
  /** 32 bytes that payloads are encrypted and things are named with; null: a key of this run alone, so that no other run takes anything over. */
  readonly encryptionKey: Uint8Array | null;
  /** Whether others use the server too, before, after or at the same time. */
  readonly shared: boolean;
}

/** A server that accepts TCP is not ready yet: connecting and describing the namespace is repeated this often. */
const RETRY_MILLISECONDS = 40;

/** No single attempt may use up the deadline. */
const ATTEMPT_MILLISECONDS = 5000;

const CONNECT_DEADLINE_MILLISECONDS = 25_000;

let installed = false;

/** Everything that Temporal's own parts log goes through `log`; signals stay with us. */
export function installRuntime(log: (line: string) => void): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: new DefaultLogger('WARN', ({ level, message }: LogEntry) => log(`temporal ${level.toLowerCase()}: ${message}`)),
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    shutdownSignals: [],
    workerHeartbeatInterval: 0,
  });
}

/**
 * Connects and waits until the namespace answers; gives up when `signal` is aborted.
 * @throws TemporalUnavailable after the deadline, or at once when the server refuses the credentials.
 */
export async function connect(
  target: TemporalTarget,
  signal: AbortSignal,
  deadlineMilliseconds = CONNECT_DEADLINE_MILLISECONDS,
): Promise<NativeConnection> {
  const until = performance.now() + deadlineMilliseconds;
  let last: unknown;
  while (performance.now() < until) {
    signal.throwIfAborted();
    const left = Math.min(ATTEMPT_MILLISECONDS, Math.max(1, until - performance.now()));
    const attempted = attempt(target, left);
    try {
      return await within(left, signal, attempted);
    } catch (error) {
      attempted.then((late) => late.close()).catch(() => undefined);
      if (isRefusal(error)) throw unavailable(target, error);
      last = error;
    }
    await sleep(RETRY_MILLISECONDS);
  }
  throw unavailable(target, last);
}

async function attempt({ address, namespace, apiKey, tls }: TemporalTarget, milliseconds: number): Promise<NativeConnection> {
  const connection = await NativeConnection.connect({
    address,
    ...(apiKey === null ? {} : { apiKey }),
    ...(tls === null ? {} : { tls: tlsOptions(tls) }),
  });
  try {
    await connection.withDeadline(Date.now() + milliseconds, () => connection.workflowService.describeNamespace({ namespace }));
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function tlsOptions({ serverName, ca, client }: NonNullable<TemporalTarget['tls']>): object {
  return {
    ...(serverName === null ? {} : { serverNameOverride: serverName }),
    ...(ca === null ? {} : { serverRootCACertificate: Buffer.from(ca) }),
    ...(client === null ? {} : { clientCertPair: { crt: Buffer.from(client.certificate), key: Buffer.from(client.key) } }),
  };
}

/** Whatever comes first: the work, the end of its time, or the signal. */
async function within<T>(milliseconds: number, signal: AbortSignal, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, done.signal]) }).then((): never => {
    throw new Error(`no answer within ${Math.round(milliseconds)} ms`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

/** gRPC codes PERMISSION_DENIED and UNAUTHENTICATED: asking again cannot help. */
function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 7 || code === 16;
}

function unavailable({ address, namespace }: TemporalTarget, cause: unknown): TemporalUnavailable {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new TemporalUnavailable(
    `No Temporal server answers at ${address} for namespace "${namespace}" (${said.split('\n')[0] ?? ''}). Check temporal-address, temporal-namespace and the credentials, or leave temporal-address out to use the embedded server.`,
    { cause },
  );
}
