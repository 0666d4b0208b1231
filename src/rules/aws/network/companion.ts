/** Whether something that must exist for a resource is declared: another resource that refers to it. */
import type { Instance, Related } from '../../../domain/resource.ts';
import { companions } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { all } from '../../../domain/value.ts';
import type { Doubt } from './traffic.ts';
import { capital } from './traffic.ts';

export interface Companion {
  readonly type: string;
  /** First step of the path of its attribute that names the resource. */
  readonly attribute: string;
}

/**
 * Instances of the companions that certainly belong to this instance. Without any, why there may be one: a companion
 * whose reference is not known, or that is made under a condition that is not known.
 */
export function companionsOf(
  instance: Instance,
  kinds: readonly Companion[],
): { readonly found: readonly Instance[]; readonly doubt?: Doubt } {
  const links = companions(instance.resource, ...kinds.map(({ type }) => type)).filter(({ attribute, resource }) =>
    kinds.some((kind) => kind.type === resource.type && kind.attribute === attribute),
  );
  const certain = links.filter((link) => link.certain).flatMap((link) => belonging(instance, link));
  const found = certain.filter(({ key }) => key !== undefined || instance.key === undefined);
  const [maybe] = certain;
  if (found.length === 0 && maybe !== undefined)
    return { found, doubt: { why: `how many of ${maybe.resource.address} there are is not known`, span: maybe.resource.header } };
  const open = links.find((link) => !link.certain);
  return found.length === 0 && open !== undefined ? { found, doubt: doubtAbout(open) } : { found };
}

/** With keys on both sides the companion of the same key counts, else each that does not name another instance. */
function belonging({ key, address }: Instance, { resource, attribute }: Related): readonly Instance[] {
  const keyed = typeof key === 'string' || typeof key === 'number';
  return resource.instances.filter((other) => {
    const named = all(other.attributes, attribute).flatMap(instanceIn);
    if (named.length > 0) return named.includes(address);
    return !keyed || typeof other.key !== typeof key || other.key === key;
  });
}

function instanceIn(value: Value): string[] {
  const instance = value.state === 'unknown' ? value.reference?.instance : undefined;
  return instance === undefined ? [] : [instance];
}

function doubtAbout({ attribute, resource }: Related): Doubt {
  const values = resource.instances.flatMap(({ attributes }) => all(attributes, attribute));
  const value = values.find(({ state }) => state === 'unknown');
  return {
    why: `${resource.address} may be for this one or for another, as its ${attribute} is not known${value?.state === 'unknown' ? `: ${value.reason}` : ''}`,
    span: value?.span ?? resource.header,
  };
}

/** Types to judge, each with what must be declared for it. */
export interface CompanionRule extends Omit<Rule, 'targets' | 'check' | 'fix'> {
  readonly terraform?: Readonly<Record<string, readonly Companion[]>>;
  readonly cloudformation?: Readonly<Record<string, readonly Companion[]>>;
  /** What is not there: `no flow log is declared for the VPC`. */
  readonly missing: string;
  /** What is required, as the end of a sentence. */
  readonly must: string;
}

/** Makes a rule that fails, at the header, where nothing that is declared here refers to the resource in one of these ways. */
export function companionRule({ terraform, cloudformation, missing, must, ...rest }: CompanionRule): Rule {
  const kinds = new Map(Object.entries({ ...terraform, ...cloudformation }));
  return defineRule({
    ...rest,
    targets: {
      ...(terraform && { terraform: Object.keys(terraform) }),
      ...(cloudformation && { cloudformation: Object.keys(cloudformation) }),
    },
    check: (instance) => judgeCompanions(instance, kinds.get(instance.resource.type) ?? [], { missing, must }),
  });
}

export function* judgeCompanions(
  instance: Instance,
  kinds: readonly Companion[],
  { missing, must }: Pick<CompanionRule, 'missing' | 'must'>,
): Iterable<Violation> {
  const { found, doubt } = companionsOf(instance, kinds);
  if (found.length > 0) return;
  if (doubt === undefined) yield { outcome: 'fail', message: `${capital(missing)}; ${must}.`, span: instance.resource.header };
  else yield { outcome: 'undecided', message: `Whether ${missing} cannot be told: ${doubt.why}; ${must}.`, span: doubt.span };
}
