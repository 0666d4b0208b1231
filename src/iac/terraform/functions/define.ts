import type { Datum } from '../values/datum.ts';
import type { Scope } from '../scope.ts';

/**
 * How an argument is taken. `string`, `number`, `bool`: converted, known. `whole`: any type, known in
 * all parts. `partial`: any type, parts may be unknown. `raw`: as it is, null and unknown included.
 */
export type Parameter = 'string' | 'number' | 'bool' | 'whole' | 'partial' | 'raw';

export interface FunctionDefinition {
  readonly parameters: readonly Parameter[];
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** How further arguments are taken. */
  readonly rest?: Parameter;
  /** Parts of arguments that are handed on keep their places; what is new has none yet. */
  readonly run: (args: readonly Datum[], scope: Scope) => Datum;
}

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, FunctionDefinition>>;

export function textOf(datum: Datum | undefined): string {
  return datum?.kind === 'string' ? datum.value : '';
}

export function numberOf(datum: Datum | undefined): number {
  return datum?.kind === 'number' ? datum.value : Number.NaN;
}
