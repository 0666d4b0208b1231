/** The kind of rule that says "this setting of a bucket must be V", wherever it is declared. */
import type { Change } from '../../../domain/change.ts';
import type { Framework, Instance } from '../../../domain/resource.ts';
import type { Fix, Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import { at } from '../../../domain/value.ts';
import type { Setting } from '../../attribute.ts';
import { judge, nameOf } from '../../attribute.ts';
import type { Declaration, Part, SettingAspect } from './bucket.ts';
import { allOrNull, bucketName, declaration, fails, parts, targets } from './bucket.ts';

export interface BucketSettingRule extends Omit<Rule, 'targets' | 'check' | 'fix' | 'script'> {
  readonly aspect: SettingAspect;
  /** By the form of the part, see {@link Part.form}. */
  readonly settings: Readonly<Record<string, Setting>>;
  /** What to say when it is declared nowhere: what that means and what is required; and what to call it when that is not known. */
  missing(framework: Framework): string;
  readonly name: string;
  /** What to declare then. */
  readonly declare: Declaration;
  readonly safety: Fix['safety'];
  /** Command lines for the live bucket of this name. */
  commands(bucket: string): readonly (readonly string[])[];
}

/** Makes a rule whose fix sets what is declared wrongly and declares what is missing. */
export function bucketSettingRule(definition: BucketSettingRule): Rule {
  const { aspect, settings, missing, name, declare, safety, commands, ...rest } = definition;

  function* check(part: Part): Iterable<Violation> {
    const { form, value, resource } = part;
    if (form === null && value.state === 'unknown') {
      yield { outcome: 'undecided', message: `${name} is not known: ${value.reason}.`, span: value.span };
    } else if (form === null) {
      yield { outcome: 'fail', message: missing(resource.framework), span: value.span };
    } else {
      const setting = settings[form];
      if (setting !== undefined) yield* judge(at(value, ...setting.path), { ...setting, name: nameOf(pathOf(form, setting)) });
    }
  }

  function change({ form, resource }: Part): Change | null {
    if (form === null) return declaration(resource, aspect, declare);
    const setting = settings[form];
    return setting === undefined ? null : { kind: 'set', resource, path: pathOf(form, setting), value: setting.oneOf[0] };
  }

  const checkAll = (instance: Instance): readonly Violation[] => parts(instance, aspect).flatMap((part) => [...check(part)]);

  return defineRule({
    ...rest,
    targets: targets(aspect),
    check: checkAll,
    fix: {
      safety,
      changes: (instance) =>
        allOrNull(
          parts(instance, aspect)
            .filter((part) => fails(check(part)))
            .map(change),
        ),
    },
    script(instance) {
      const bucket = bucketName(instance);
      return bucket === null || !fails(checkAll(instance)) ? null : commands(bucket);
    },
  });
}

function pathOf(form: string, { path }: Setting): readonly (string | number)[] {
  return form === 'own' ? path : [form, ...path];
}
