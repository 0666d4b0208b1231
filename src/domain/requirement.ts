/** What a value must be, as a policy asks for it, and whether a value is that. */
import type { Known, Unknown, Value } from './value.ts';
import { isList, isMap } from './value.ts';
import type { Scalar } from './wording.ts';
import { isSame, show, textOf } from './wording.ts';

export type Requirement =
  | TextRequirement
  | { readonly operator: 'present' | 'absent' }
  | { readonly operator: 'contains'; readonly operand: Scalar };

/** What can only be asked of one text, number or boolean. */
type TextRequirement =
  | NumberRequirement
  | { readonly operator: 'equal' | 'not-equal'; readonly operand: Scalar }
  | { readonly operator: 'in' | 'not-in'; readonly operand: readonly Scalar[] }
  | { readonly operator: 'match' | 'not-match'; readonly operand: string; matches(text: string): boolean }
  | { readonly operator: 'starts-with' | 'ends-with'; readonly operand: string };

interface NumberRequirement {
  readonly operator: 'less-than' | 'at-most' | 'at-least' | 'greater-than';
  readonly operand: number;
}

/** `open`: cannot be told, for what is not known or for a value that this requirement cannot be asked of. */
export type Answer = { readonly kind: 'holds' | 'fails' } | { readonly kind: 'open'; readonly value: Known | Unknown };

const HOLDS: Answer = { kind: 'holds' };
const FAILS: Answer = { kind: 'fails' };

/** Longer texts are not searched: a pattern takes time in proportion to its own size and that of the text. */
const LONGEST_TEXT = 64 * 1024;

/** Whether a value meets all requirements: one that fails outweighs what cannot be told. */
export function answer(value: Value, requirements: readonly Requirement[]): Answer {
  const answers = requirements.map((requirement) => meets(value, requirement));
  return answers.find(({ kind }) => kind === 'fails') ?? answers.find(({ kind }) => kind === 'open') ?? HOLDS;
}

function meets(value: Value, requirement: Requirement): Answer {
  switch (value.state) {
    case 'absent':
      return toAnswer(holdsOfNothing(requirement));
    case 'unknown':
      // An attribute of another declaration is there, whatever it will be.
      if (value.reference === undefined) return { kind: 'open', value };
      if (requirement.operator === 'present') return HOLDS;
      return requirement.operator === 'absent' ? FAILS : { kind: 'open', value };
    case 'known':
      return meetsKnown(value, requirement);
    default:
      return value satisfies never;
  }
}

function holdsOfNothing({ operator }: Requirement): boolean {
  return operator === 'absent' || isNegative(operator);
}

function isNegative(operator: Requirement['operator']): boolean {
  return operator === 'not-equal' || operator === 'not-in' || operator === 'not-match';
}

function meetsKnown(value: Known, requirement: Requirement): Answer {
  const text = textOf(value);
  switch (requirement.operator) {
    case 'present':
      return HOLDS;
    case 'absent':
      return FAILS;
    case 'contains':
      return contains(value, requirement.operand);
    default:
      if (text === undefined) return isNegative(requirement.operator) ? { kind: 'open', value } : FAILS;
      return isSearch(requirement) && text.length > LONGEST_TEXT ? { kind: 'open', value } : toAnswer(meetsText(text, requirement));
  }
}

function isSearch({ operator }: TextRequirement): boolean {
  return operator === 'match' || operator === 'not-match';
}

function meetsText(text: string, requirement: TextRequirement): boolean {
  switch (requirement.operator) {
    case 'equal':
      return isSame(requirement.operand, text);
    case 'not-equal':
      return !isSame(requirement.operand, text);
    case 'in':
      return requirement.operand.some((each) => isSame(each, text));
    case 'not-in':
      return !requirement.operand.some((each) => isSame(each, text));
    case 'match':
      return requirement.matches(text);
    case 'not-match':
      return !requirement.matches(text);
    case 'starts-with':
      return text.startsWith(requirement.operand);
    case 'ends-with':
      return text.endsWith(requirement.operand);
    case 'less-than':
    case 'at-most':
    case 'at-least':
    case 'greater-than':
      return compares(text, requirement);
    default:
      return requirement satisfies never;
  }
}

function toAnswer(holds: boolean): Answer {
  return holds ? HOLDS : FAILS;
}

function compares(text: string, { operator, operand }: NumberRequirement): boolean {
  if (!/^[+-]?[0-9]{1,300}(?:\.[0-9]{1,300})?$/u.test(text)) return false;
  const number = Number(text);
  switch (operator) {
    case 'less-than':
      return number < operand;
    case 'at-most':
      return number <= operand;
    case 'at-least':
      return number >= operand;
    case 'greater-than':
      return number > operand;
    default:
      return operator satisfies never;
  }
}

/** An item of a list, or a part of a text. */
function contains(value: Known, operand: Scalar): Answer {
  if (!isList(value.data)) return toAnswer(!isMap(value.data) && String(value.data).includes(String(operand)));
  if (value.data.some((item) => isSame(operand, textOf(item)))) return HOLDS;
  const open = value.data.find((item) => item.state === 'unknown');
  return open?.state === 'unknown' ? { kind: 'open', value: open } : FAILS;
}

/** As a message goes on after `it must`: `be at least 7 and be at most 35`. */
export function wordsOf(requirements: readonly Requirement[]): string {
  return requirements.map(words).join(' and ');
}

function words(requirement: Requirement): string {
  switch (requirement.operator) {
    case 'present':
      return 'be set';
    case 'absent':
      return 'not be set';
    case 'equal':
      return `be ${show(requirement.operand)}`;
    case 'not-equal':
      return `not be ${show(requirement.operand)}`;
    case 'in':
      return `be ${requirement.operand.map(show).join(' or ')}`;
    case 'not-in':
      return `not be ${requirement.operand.map(show).join(' or ')}`;
    case 'match':
      return `match ${show(requirement.operand)}`;
    case 'not-match':
      return `not match ${show(requirement.operand)}`;
    case 'starts-with':
      return `begin with ${show(requirement.operand)}`;
    case 'ends-with':
      return `end with ${show(requirement.operand)}`;
    case 'contains':
      return `contain ${show(requirement.operand)}`;
    case 'less-than':
      return `be less than ${requirement.operand}`;
    case 'at-most':
      return `be at most ${requirement.operand}`;
    case 'at-least':
      return `be at least ${requirement.operand}`;
    case 'greater-than':
      return `be greater than ${requirement.operand}`;
    default:
      return requirement satisfies never;
  }
}
