/** What everything that is done on a server begins with: a connection, and a client that reads and writes with the run's key. */
import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import { dataConverterOf } from './codec.ts';
import { connect, installRuntime } from './connection.ts';
import type { TemporalTarget } from './connection.ts';
import type { Owner } from './names.ts';

export interface SessionOptions {
  readonly target: TemporalTarget;
  /** Folder that holds `workflow-bundle.js` and `failure-converter.js`. */
  readonly home: string;
  /** Aborted: no longer waits for the server. */
  readonly signal: AbortSignal;
  log(line: string): void;
}

export interface Session {
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly dataConverter: DataConverter;
  /** What things of a repository are named with. */
  owner(repository: string): Owner;
}

/** Written into every history, where the library would put the name of the machine. */
export const IDENTITY = 'infrastructure-security-agent';

const KEY_BYTES = 32;

/** @throws TemporalUnavailable when the server cannot be reached. */
export async function withSession<T>({ target, home, signal, log }: SessionOptions, work: (session: Session) => Promise<T>): Promise<T> {
  installRuntime(log);
  const connection = await connect(target, signal);
  try {
    const key = target.encryptionKey ?? randomBytes(KEY_BYTES);
    const dataConverter = dataConverterOf(key, home);
    const client = new Client({ connection, namespace: target.namespace, identity: IDENTITY, dataConverter });
    const owner = (repository: string): Owner => ({ repository, key: target.shared ? key : new Uint8Array() });
    return await work({ connection, client, dataConverter, owner });
  } finally {
    await connection.close();
  }
}
