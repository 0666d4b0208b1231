import type { Datum, Type } from '../values/datum.ts';
import { bool, failure, NULL, placed } from '../values/datum.ts';
import { ANY, BOOL, convert, describe, NUMBER, STRING } from '../values/type.ts';
import type { FunctionDefinition, FunctionTable } from './define.ts';

function to(type: Type): FunctionDefinition {
  return {
    parameters: ['raw'],
    run: ([value = NULL]) => {
      if (value.kind === 'unknown') return value;
      return convert(value, type);
    },
  };
}

export const conversionFunctions: FunctionTable = {
  tobool: to(BOOL),
  tonumber: to(NUMBER),
  tostring: to(STRING),
  tolist: to({ kind: 'list', of: ANY }),
  toset: to({ kind: 'set', of: ANY }),
  tomap: to({ kind: 'map', of: ANY }),
  sensitive: { parameters: ['raw'], run: ([value = NULL]) => ({ ...value, sensitive: true }) },
  nonsensitive: { parameters: ['raw'], run: ([value = NULL]) => ({ ...value, sensitive: undefined }) },
  issensitive: {
    parameters: ['raw'],
    run: ([value = NULL]) => (value.kind === 'unknown' ? value : placedAs(bool(value.sensitive === true), value)),
  },
  type: {
    parameters: ['raw'],
    run: ([value = NULL]) => (value.kind === 'unknown' ? value : failure(`type() of ${describe(value)} has no value outside a console`)),
  },
};

/** Keeps the answer from being marked as sensitive by what it was asked about. */
function placedAs(result: Datum, like: Datum): Datum {
  return like.place === undefined ? result : placed(result, like.place);
}
