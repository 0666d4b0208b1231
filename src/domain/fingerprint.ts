import { createHash } from 'node:crypto';

/** Hash of parts, in lower-case hex; parts are told apart whatever they hold. */
export function digest(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex');
}

/** Identity of a finding: what is wrong with which resource, not where it stands in its file. */
export function fingerprint(ruleId: string, root: string, address: string, outcome: string, message: string, ordinal: number): string {
  return digest([ruleId, root, address, outcome, message, String(ordinal)]).slice(0, 32);
}
