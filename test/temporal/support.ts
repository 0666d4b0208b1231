import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import type { AuditRef } from '../../src/domain/audit-ref.ts';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import { dataConverterOf } from '../../src/temporal/codec.ts';
import type { TemporalTarget } from '../../src/temporal/connection.ts';
import { workflowIdOf } from '../../src/temporal/names.ts';
import { KEY, steps } from './steps.ts';

/** The distribution holds the bundled workflow. */
export const HOME = path.join(import.meta.dirname, '..', '..', 'dist');

export function sharedServer(): TemporalTarget {
  return { address: inject('temporalAddress'), namespace: 'default', apiKey: null, tls: null, encryptionKey: KEY, shared: true };
}

export async function clientOf({ address }: TemporalTarget): Promise<Client> {
  return new Client({ connection: await Connection.connect({ address }), dataConverter: dataConverterOf(KEY, HOME) });
}

/** What the audit of a resource is called on the suite's server. */
export function idOf(repository: string, ref: AuditRef): string {
  return workflowIdOf({ repository, key: KEY }, ref);
}

/** Ends the servers that this process started and has not stopped, as a crash would. */
export function crashServers(): void {
  for (const child of readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')) {
    if (readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('start-dev')) process.kill(Number(child), 'SIGKILL');
  }
}

export function options(over: Partial<AuditorOptions>): AuditorOptions {
  return {
    target: sharedServer(),
    home: HOME,
    steps: steps({}),
    terms: { scanners: false, approval: null },
    approvals: null,
    engine: 'engine',
    repository: randomUUID(),
    maxParallel: 20,
    timeoutMilliseconds: 60_000,
    signal: new AbortController().signal,
    log: () => undefined,
    onStep: () => undefined,
    ...over,
  };
}
