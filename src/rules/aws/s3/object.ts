/** The kind of rule that says "what is put in a bucket must be encrypted with a key of yours". */
import type { Instance } from '../../../domain/resource.ts';
import type { Rule } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import { seen, textOf } from '../../../domain/wording.ts';
import type { Answer } from '../policy.ts';
import { and, isUnknown, or } from '../policy.ts';
import { bucketDefault, isCustomerKey, usesCustomerKey } from './keys.ts';

export interface ObjectKeyRule extends Omit<Rule, 'targets' | 'check' | 'fix' | 'script'> {
  readonly types: readonly string[];
  /** Another attribute that holds a key of the customer's. */
  readonly otherKey?: string;
}

/** An object that asks for nothing is encrypted as its bucket says. No fix: which key is for a person to choose. */
export function objectKeyRule({ types, otherKey, ...rest }: ObjectKeyRule): Rule {
  return defineRule({
    ...rest,
    targets: { terraform: types },
    *check(instance) {
      const key = at(instance.attributes, 'kms_key_id');
      const answer = or(usesKey(instance, 'kms_key_id'), otherKey !== undefined && usesKey(instance, otherKey), inherits(instance));
      if (isUnknown(answer)) {
        const message = `whether a KMS key of yours encrypts the object is not known: ${answer.reason}; kms_key_id must name one.`;
        yield { outcome: 'undecided', message, span: answer.span };
      } else if (!answer)
        yield {
          outcome: 'fail',
          message: `kms_key_id is ${seen(key)}, which means keys that AWS keeps; it must name a KMS key of yours.`,
          span: key.span,
        };
    },
  });
}

function usesKey({ attributes }: Instance, name: string): Answer {
  const key = at(attributes, name);
  return key.state !== 'absent' && isCustomerKey(key);
}

function inherits(instance: Instance): Answer {
  if (at(instance.attributes, 'kms_key_id').state !== 'absent') return false;
  const asked = at(instance.attributes, 'server_side_encryption');
  return and(asked.state === 'unknown' ? asked : textOf(asked) === undefined, bucketDefault(instance, usesCustomerKey));
}
