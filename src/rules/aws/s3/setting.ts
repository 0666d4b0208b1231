/** The kind of rule that says "this setting of a bucket must be V", wherever it is declared. */
import type { Change } from '../../../domain/change.ts';
import type { Framework, Instance } from '../../../domain/resource.ts';
import type { Fix, Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { absent } from '../../../domain/value.ts';
import type { Requirement, Setting } from '../../attribute.ts';
import { isTrue, leftOpen } from '../../../domain/wording.ts';
import { inside, judge, nameOf, perhaps } from '../../attribute.ts';
import type { Declaration, Part, SettingAspect } from './bucket.ts';
import { allOrNull, bucketName, declaration, fails, parts, targets } from './bucket.ts';

export interface BucketSettingRule extends Omit<Rule, 'targets' | 'check' | 'fix' | 'script'> {
  readonly aspect: SettingAspect;
  /** By the form of the part, see {@link Part.form}. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** Further types that hold the same settings and answer for themselves. */
  readonly others?: Rule['targets'];
  /** The setting as something outside the bucket has it: where that is true, the bucket's own does not matter. */
  held?(instance: Instance): Value;
  /** What to say when it is declared nowhere: what that means and what is required. Without it, nothing declared is right. */
  readonly missing?: (framework: Framework) => string;
  /** What to call it when it is not known. */
  readonly name: string;
  /** What to declare where it is missing; needed only where that is wrong. */
  readonly declare?: Declaration;
  readonly safety: Fix['safety'];
  /** Command lines for the live bucket of this name. */
  commands(bucket: string): readonly (readonly string[])[];
}

/** Makes a rule whose fix sets what is declared wrongly and declares what is missing. */
export function bucketSettingRule(definition: BucketSettingRule): Rule {
  const { aspect, settings, others = {}, held, missing, name, declare, safety, commands, ...rest } = definition;

  function* check({ form, value, resource }: Part): Iterable<Violation> {
    if (form === null) {
      if (missing === undefined) return;
      if (value.state === 'unknown') yield { outcome: 'undecided', message: `${name} is not known: ${value.reason}.`, span: value.span };
      else yield { outcome: 'fail', message: missing(resource.framework), span: value.span };
    } else {
      const setting = settings[form];
      if (setting !== undefined) yield* judgeInside(value, { ...setting, name: nameOf(pathOf(form, setting)) });
    }
  }

  /** Where it is wrong to declare nothing, a block that is perhaps not there is wrong when it would be, and else not known. */
  function judgeInside(part: Value, setting: Setting & Requirement): readonly Violation[] {
    const { value, perhaps: open } = inside(part, setting.path);
    const said = [...judge(value, setting)];
    if (open === undefined) return said;
    if (missing === undefined) return perhaps(open, said);
    return said.length > 0 ? said : [{ outcome: 'undecided', message: `${name} is not known: ${open.reason}.`, span: open.span }];
  }

  function change({ form, resource }: Part): Change | null {
    if (form === null) return declare === undefined ? null : declaration(resource, aspect, declare);
    const setting = settings[form];
    return setting === undefined ? null : { kind: 'set', resource, path: pathOf(form, setting), value: setting.oneOf[0] };
  }

  /** The parts that are wrong or not known, with what is said of them. */
  function wrong(instance: Instance): { part: Part; violations: readonly Violation[] }[] {
    const value = held?.(instance) ?? absent(instance.resource.header);
    if (isTrue(value)) return [];
    return parts(instance, aspect)
      .map((part) => ({
        part,
        violations: [...check(part)].map((each) => (value.state === 'unknown' ? leftOpen(each, 'the account holds it', value) : each)),
      }))
      .filter(({ violations }) => violations.length > 0);
  }

  return defineRule({
    ...rest,
    targets: joined(targets(aspect), others),
    check: (instance) => wrong(instance).flatMap(({ violations }) => violations),
    fix: {
      safety,
      changes: (instance) =>
        allOrNull(
          wrong(instance)
            .filter(({ violations }) => fails(violations))
            .map(({ part }) => change(part)),
        ),
    },
    script(instance) {
      const bucket = bucketName(instance);
      return bucket === null || !wrong(instance).some(({ violations }) => fails(violations)) ? null : commands(bucket);
    },
  });
}

function joined(one: Rule['targets'], other: Rule['targets']): Rule['targets'] {
  return {
    terraform: [...(one.terraform ?? []), ...(other.terraform ?? [])],
    cloudformation: [...(one.cloudformation ?? []), ...(other.cloudformation ?? [])],
  };
}

function pathOf(form: string, { path }: Setting): readonly (string | number)[] {
  return form === 'own' ? path : [form, ...path];
}
