import type { Datum } from '../values/datum.ts';
import { numericOf as exactOf } from '../values/datum.ts';
import type { Numeric } from '../values/number.ts';
import type { Scope } from '../scope.ts';

/**
 * How an argument is taken. `string`, `number`, `bool`: converted, known. `whole`: any type, known in
 * all parts. `partial`: any type, parts may be unknown; `partial-or-null`: null, too. `raw`: as it is,
 * null and unknown included.
 */
export type Parameter = 'string' | 'number' | 'whole' | 'partial' | 'partial-or-null' | 'raw';

export interface FunctionDefinition {
  readonly parameters: readonly Parameter[];
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** How further arguments are taken. */
  readonly rest?: Parameter;
  /** Parts of arguments that are handed on keep their places; what is new has none yet. */
  readonly run: (args: readonly Datum[], scope: Scope) => Datum;
}

/** Steps of evaluation that it takes to go through an argument. */
export function costOf(datum: Datum): number {
  if (datum.kind === 'sequence' || datum.kind === 'mapping') return datum.size;
  return datum.kind === 'string' ? datum.value.length >> 5 : 0;
}

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, FunctionDefinition>>;

export function textOf(datum: Datum | undefined): string {
  return datum?.kind === 'string' ? datum.value : '';
}

/** The nearest double: what indices, sizes and widths need. */
export function numberOf(datum: Datum | undefined): number {
  return datum?.kind === 'number' ? datum.value : Number.NaN;
}

export function numericOf(datum: Datum | undefined): Numeric {
  return datum?.kind === 'number' ? exactOf(datum) : Number.NaN;
}
