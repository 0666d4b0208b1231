/** The kind of rule that says "it must be encrypted with a key of yours". */
import type { Instance } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import { elements, nameOf } from '../../attribute.ts';
import { isUnknown } from '../policy.ts';
import { isCustomerKey } from '../s3/keys.ts';

/** Where a type names the key: an attribute, in each of some blocks or list items where these are given. */
interface KeyPlace {
  readonly each?: readonly string[];
  readonly path: readonly string[];
}

/** A {@link Rule} without what follows from the places. No fix: which key, and who may use it, is for a person to choose. */
interface KeyRule extends Omit<Rule, 'targets' | 'check' | 'fix'> {
  readonly terraform?: Readonly<Record<string, readonly KeyPlace[]>>;
  readonly cloudformation?: Readonly<Record<string, readonly KeyPlace[]>>;
}

export function keyRule({ terraform, cloudformation, ...rest }: KeyRule): Rule {
  const places = new Map(Object.entries({ ...terraform, ...cloudformation }));
  return defineRule({
    ...rest,
    targets: {
      ...(terraform && { terraform: Object.keys(terraform) }),
      ...(cloudformation && { cloudformation: Object.keys(cloudformation) }),
    },
    *check(instance) {
      for (const { name, value } of keysIn(instance, places.get(instance.resource.type) ?? [])) yield* judgeKey(value, name);
    },
  });
}

function keysIn({ attributes }: Instance, places: readonly KeyPlace[]): { readonly name: string; readonly value: Value }[] {
  return places.flatMap(({ each = [], path }) =>
    elements(attributes, each).map(({ value }) => ({ name: nameOf([...each, ...path]), value: at(value, ...path) })),
  );
}

function* judgeKey(value: Value, name: string): Iterable<Violation> {
  const must = 'it must name a KMS key of yours';
  const answer = isCustomerKey(value);
  if (isUnknown(answer)) yield { outcome: 'undecided', message: `${name} is not known: ${answer.reason}; ${must}.`, span: answer.span };
  else if (value.state === 'absent')
    yield { outcome: 'fail', message: `${name} is not set, which leaves the choice of the key to AWS; ${must}.`, span: value.span };
  else if (!answer) yield { outcome: 'fail', message: `${name} is ${seen(value)}; ${must}.`, span: value.span };
}
