import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { inject } from 'vitest';
import type { AuditorOptions } from '../../src/temporal/auditor.ts';
import type { TemporalTarget } from '../../src/temporal/connection.ts';
import { steps } from './steps.ts';

/** The distribution holds the bundled workflow. */
export const HOME = path.join(import.meta.dirname, '..', '..', 'dist');

export function sharedServer(): TemporalTarget {
  return { address: inject('temporalAddress'), namespace: 'default', apiKey: null, tls: null };
}

export async function clientOf({ address }: TemporalTarget): Promise<Client> {
  return new Client({ connection: await Connection.connect({ address }) });
}

export function options(over: Partial<AuditorOptions>): AuditorOptions {
  return {
    target: sharedServer(),
    home: HOME,
    steps: steps({}),
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
