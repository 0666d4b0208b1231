/** How messages speak of values, and how values are compared with what a rule asks for. */
import type { Violation } from './rule.ts';
import type { Unknown, Value } from './value.ts';
import { isList, isMap } from './value.ts';

export type Scalar = string | number | boolean;

/** What is said where a failure may be made good by something that is not known; `whether` says by what. */
export function leftOpen(violation: Violation, whether: string, { reason, span }: Unknown): Violation {
  if (violation.outcome !== 'fail') return violation;
  return { outcome: 'undecided', message: `${violation.message} Whether ${whether} is not known: ${reason}.`, span };
}

/** Both frameworks read `"true"` as a boolean; CloudFormation also `"True"`. */
export function isSame(accepted: Scalar, text: string | undefined): boolean {
  return String(accepted) === (typeof accepted === 'boolean' ? text?.toLowerCase() : text);
}

/** A string, number or boolean as text; undefined for anything else. */
export function textOf(value: Value): string | undefined {
  return value.state !== 'known' || isList(value.data) || isMap(value.data) ? undefined : String(value.data);
}

/** Both frameworks read `"true"` as a boolean; CloudFormation also `"True"`. */
export function isTrue(value: Value): boolean {
  return textOf(value)?.toLowerCase() === 'true';
}

/** A value in the words of a message; sensitive values and long texts stay out of it. */
export function seen(value: Value): string {
  switch (value.state) {
    case 'absent':
      return 'not set';
    case 'unknown':
      return `not known (${value.reason})`;
    case 'known':
      if (value.sensitive === true) return 'a sensitive value';
      if (isList(value.data)) return `a list of ${value.data.length}`;
      if (isMap(value.data)) return 'a block';
      return show(value.data);
    default:
      return value satisfies never;
  }
}

/** A scalar as a message writes it: texts quoted and cut. */
export function show(scalar: Scalar): string {
  if (typeof scalar !== 'string') return String(scalar);
  return JSON.stringify(scalar.length > 60 ? `${scalar.slice(0, 60)}…` : scalar);
}
