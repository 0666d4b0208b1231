/** The kind of rule that says "the bucket must have this, and it must be in effect". */
import type { Rule } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Value } from '../../../domain/value.ts';
import { at } from '../../../domain/value.ts';
import { textOf } from '../../../domain/wording.ts';
import type { Answer } from '../policy.ts';
import { isUnknown, or } from '../policy.ts';
import type { Aspect, Part } from './bucket.ts';
import { parts, targets } from './bucket.ts';

export interface PresenceRule extends Omit<Rule, 'targets' | 'check' | 'fix' | 'script'> {
  readonly aspect: Aspect;
  /** Whether what is declared there is in effect. */
  holds(part: Part): Answer;
  /** What it is called: `replication`. */
  readonly name: string;
  /** What to say when it is declared nowhere, and when it is declared without effect. */
  readonly missing: string;
  readonly idle: string;
}

/** Makes a rule that is satisfied by one place where it holds. No fix: what to declare is for a person to choose. */
export function presenceRule(definition: PresenceRule): Rule {
  const { aspect, holds, name, missing, idle, ...rest } = definition;

  return defineRule({
    ...rest,
    targets: targets(aspect),
    *check(instance) {
      const all = parts(instance, aspect);
      const [first] = all;
      if (first === undefined) return;
      const answer = or(...all.map((part) => inEffect(part, holds)));
      if (isUnknown(answer))
        yield { outcome: 'undecided', message: `whether ${name} is in effect is not known: ${answer.reason}.`, span: answer.span };
      else if (!answer) yield { outcome: 'fail', message: first.form === null ? missing : idle, span: first.value.span };
    },
  });
}

function inEffect(part: Part, holds: PresenceRule['holds']): Answer {
  if (part.value.state === 'unknown') return part.value;
  return part.form !== null && holds(part);
}

/** What each block or item of a list has under a name; one of which it is not known whether there is any is not known. */
export function ofEach(list: readonly Value[], name: string): readonly Value[] {
  return list.map((each) => (each.state === 'unknown' ? each : at(each, name)));
}

/** Whether one of the values is this text; `true` in any letter case, as both frameworks take it. */
export function someIs(values: readonly Value[], text: string): Answer {
  return or(...values.map((value) => (value.state === 'unknown' ? value : same(textOf(value), text))));
}

function same(text: string | undefined, expected: string): boolean {
  return (expected === 'true' ? text?.toLowerCase() : text) === expected;
}
