/** The bucket policy and its statements, wherever they are declared. */
import type { Instance } from '../../../domain/resource.ts';
import type { Span } from '../../../domain/source.ts';
import { contains } from '../../../domain/source.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { statements } from '../policy.ts';
import type { Part } from './bucket.ts';
import { parts, POLICY } from './bucket.ts';

export interface PolicyPart {
  readonly part: Part;
  /** The policy as written; absent or unknown where none is declared. */
  readonly policy: Value;
  readonly statements: readonly Value[];
}

export function policyParts(instance: Instance): readonly PolicyPart[] {
  return parts(instance, POLICY).map((part) => {
    const policy = part.form === 'own' ? at(part.value, part.resource.framework === 'terraform' ? 'policy' : 'PolicyDocument') : part.value;
    return { part, policy, statements: statements(policy) };
  });
}

/** Where something inside a policy stands; the policy's own place when that is written outside the resource. */
export function placeOf(inside: Value, { part, policy }: PolicyPart): Span {
  return contains(part.resource.source, inside.span) ? inside.span : policy.span;
}
