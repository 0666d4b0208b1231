/**
 * What things are called on the server: digests under the run's key, so that whoever reads the server's lists learns no
 * name, can confirm no guess, and nobody without the key works on our queues or leaves results where we look for them.
 */
import { createHmac } from 'node:crypto';
import type { AuditRef } from '../domain/audit-ref.ts';

export interface Owner {
  /** Tells repositories on one server apart: a number or a digest, never a name. */
  readonly repository: string;
  /** Empty where nobody else uses the server. */
  readonly key: Uint8Array;
}

/** The same for the same declaration with the same digest. */
export function workflowIdOf({ repository, key }: Owner, { root, address, digest }: AuditRef): string {
  return `audit-${repository}-${keyed(key, [repository, root, address]).slice(0, 16)}-${keyed(key, [repository, root, address, digest]).slice(0, 32)}`;
}

/** The same for every process that reads the same bytes with the same program, so that a later one takes over from one that died. */
export function taskQueueOf({ repository, key }: Owner, engine: string, refs: readonly AuditRef[]): string {
  return `audit-${keyed(key, [repository, engine, ...refs.map(({ digest }) => digest).toSorted()]).slice(0, 32)}`;
}

/** Whether a text is what {@link taskQueueOf} answers, which is also what a run is called. */
export function isRun(text: string): boolean {
  return /^audit-[0-9a-f]{32}$/u.test(text);
}

/** What {@link workflowIdOf} was given. */
export function repositoryOf(workflowId: string): string {
  return /^audit-(.*)-[0-9a-f]{16}-[0-9a-f]{32}$/u.exec(workflowId)?.[1] ?? '';
}

/** In lower-case hex; parts are told apart whatever they hold. */
function keyed(key: Uint8Array, parts: readonly string[]): string {
  const hash = createHmac('sha256', key);
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}
