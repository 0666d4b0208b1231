/** Rules that a policy declares: an attribute of some types must be something. They are judged and fixed as those of the catalogue. */
import type { AttributePath, Place } from './attribute-path.ts';
import { beside, placesAt } from './attribute-path.ts';
import type { Answer, Requirement } from './requirement.ts';
import { answer, wordsOf } from './requirement.ts';
import type { Framework, Instance } from './resource.ts';
import type { Fix, Rule, Violation } from './rule.ts';
import type { Severity } from './severity.ts';
import type { Value } from './value.ts';
import { absent, isList, isMap, known } from './value.ts';
import type { Scalar } from './wording.ts';
import { leftOpen, seen } from './wording.ts';

/** Where each framework keeps an attribute. */
export type AttributePaths = Readonly<Partial<Record<Framework, AttributePath>>>;

export interface Condition {
  readonly attribute: AttributePaths;
  readonly must: readonly Requirement[];
}

export interface CustomRuleDeclaration extends Condition {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly targets: Rule['targets'];
  /** It applies where all of these hold: for items of a list that the attribute goes through, of the same item. */
  readonly when: readonly Condition[];
  /** A sentence to begin its messages with; null: they only tell what was seen and what is required. */
  readonly message: string | null;
  readonly why: string;
  readonly remedy: readonly string[];
  readonly references: readonly string[];
  /** Null: a person must choose. */
  readonly fix: { readonly set: Scalar; readonly safety: Fix['safety'] } | null;
}

/** A rule's data tells what it asks for, as its functions cannot. */
export interface CustomRule extends Rule {
  readonly declaration: CustomRuleDeclaration;
}

export function customRule(declaration: CustomRuleDeclaration): CustomRule {
  const { id, title, severity, targets, why, remedy, references, fix } = declaration;
  return {
    id,
    title,
    severity,
    targets,
    topics: [],
    why,
    remedy,
    references,
    controls: {},
    equivalents: {},
    declaration,
    *check(instance) {
      for (const { violation } of judged(instance, declaration)) yield violation;
    },
    ...(fix !== null && {
      fix: {
        safety: fix.safety,
        changes(instance) {
          const { resource } = instance;
          const failures = judged(instance, declaration).filter(({ violation }) => violation.outcome === 'fail');
          const changes = failures.flatMap(({ place: { path } }) =>
            path === null ? [] : [{ kind: 'set' as const, resource, path, value: fix.set }],
          );
          return changes.length < failures.length ? null : changes;
        },
      },
    }),
    examples: {},
  };
}

/** Whether a value that a fix writes meets what the rule requires. */
export function satisfies(scalar: Scalar, must: readonly Requirement[]): boolean {
  const nowhere = { offset: 0, line: 1, column: 1 };
  return answer(known(scalar, { file: '', start: nowhere, end: nowhere }), must).kind === 'holds';
}

interface Judged {
  readonly place: Place;
  readonly violation: Violation;
}

function judged({ attributes, resource }: Instance, { attribute, must, when, message }: CustomRuleDeclaration): Judged[] {
  const path = attribute[resource.framework];
  if (path === undefined) return [];
  return placesAt(attributes, path).flatMap((place): Judged[] => {
    const own = violationOf(place, path.text, must, message);
    if (own === null) return [];
    let violation = own;
    for (const condition of when) {
      const narrowed = narrow(violation, condition, { place, path, attributes, framework: resource.framework });
      if (narrowed === null) return [];
      violation = narrowed;
    }
    return [{ place, violation }];
  });
}

/** Null when the place is as it must be. */
function violationOf(place: Place, name: string, must: readonly Requirement[], message: string | null): Violation | null {
  const { value, open } = place;
  const said = answer(value, must);
  const lead = message === null ? '' : `${message.replace(/[.\s]+$/u, '')}. `;
  const tell = (outcome: Violation['outcome'], seeing: string, { span }: Value = value): Violation => ({
    outcome,
    message: `${lead}${seeing}; it must ${wordsOf(must)}.`,
    span,
  });
  const own = said.kind === 'holds' ? null : tell(said.kind === 'fails' ? 'fail' : 'undecided', seeing(value, name, said));
  if (open === null) return own;
  const { blocks } = open;
  switch (withoutBlocks(place, must)) {
    case 'holds':
      return own === null ? null : leftOpen(own, 'there is such a block', blocks);
    case 'fails':
      return own ?? tell('undecided', `${name} is only set if there is such a block, which is not known: ${blocks.reason}`, blocks);
    default:
      return own;
  }
}

function withoutBlocks({ open }: Place, must: readonly Requirement[]): Answer['kind'] {
  return open === null || open.otherwise === 'nothing' ? 'holds' : answer(absent(open.blocks.span), must).kind;
}

function seeing(value: Value, name: string, said: Answer): string {
  if (said.kind !== 'open') return `${name} is ${value.state === 'unknown' ? 'set' : seen(value)}`;
  const { value: cause } = said;
  if (cause.state === 'unknown') return `${cause === value ? name : `an item of ${name}`} is not known: ${cause.reason}`;
  if (isList(cause.data)) return `${name} is ${seen(cause)}, which cannot be compared with one value (${name}[*] names each item)`;
  if (isMap(cause.data)) return `${name} is a block, which cannot be compared with one value`;
  return `${name} is too long a text to be searched`;
}

interface Around {
  readonly place: Place;
  readonly path: AttributePath;
  readonly attributes: Value;
  readonly framework: Framework;
}

/** The violation under one more condition: null when that does not hold, undecided when it is not known whether it does. */
function narrow(violation: Violation, { attribute, must }: Condition, { place, path, attributes, framework }: Around): Violation | null {
  const other = attribute[framework];
  if (other === undefined) return null;
  const places = beside(place, path, other, attributes);
  if (places.some((each) => meets(each, must) === true)) return violation;
  const open = places.find((each) => meets(each, must) === null);
  if (open === undefined) return null;
  const reason = open.value.state === 'unknown' ? open.value.reason : (open.open?.blocks.reason ?? `it is ${seen(open.value)}`);
  return leftOpen(violation, `${other.text} is as it must be for this to apply (${wordsOf(must)})`, {
    state: 'unknown',
    reason,
    span: open.value.span,
  });
}

/** Null where it is not known. */
function meets(place: Place, must: readonly Requirement[]): boolean | null {
  const { kind } = answer(place.value, must);
  if (kind === 'open' || (place.open !== null && withoutBlocks(place, must) !== kind)) return null;
  return kind === 'holds';
}
