/** The value of a variable: what is given, or its default, as its type has it. */
import { headerOf } from '../body.ts';
import type { Declaration } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import type { Scope } from '../scope.ts';
import type { Datum, Type } from '../values/datum.ts';
import { failure, isFailure, NULL, placed, placeOf, unknown } from '../values/datum.ts';
import { ANY, convert, readType } from '../values/type.ts';
import { plain } from './instance.ts';
import type { Refuse } from './session.ts';

export interface Given {
  readonly datum: Datum | undefined;
  /** By the arguments of a call: what is wrong with it is wrong there, not at the variable. */
  readonly byCall: boolean;
  /** Without a value, the default counts. */
  readonly defaults: boolean;
}

export function valueOfVariable(declaration: Declaration, given: Given, scope: Scope, refuse: Refuse | undefined): Datum {
  const name = `var.${declaration.block.labels[0]?.value ?? ''}`;
  const header = placeOf(declaration.source, headerOf(declaration.block));
  const type = typeOfVariable(declaration, scope);
  const blame = (given.byCall ? given.datum?.place : undefined) ?? header;
  const taken = chosen(declaration, given, scope);
  const value = taken === NOT_NULL ? taken : convert(plain(taken), type);
  // A default that does not fit is wrong by itself, and is said to be.
  if (isFailure(value) && (taken === given.datum || taken === NOT_NULL)) refuse?.(blame, `${name}: ${value.reason}`);
  const result = isFailure(value) ? { ...value, failed: undefined, reason: `${name}: ${value.reason}` } : value;
  return sensitiveIf(isTrue(declaration, 'sensitive') || isTrue(declaration, 'ephemeral'), placed(result, header));
}

/** What is given; null counts as nothing where the variable may not be null. */
function chosen(declaration: Declaration, { datum, defaults }: Given, scope: Scope): Datum {
  const nullable = !isFalse(declaration, 'nullable');
  if (datum !== undefined && (datum.kind !== 'null' || nullable)) return datum;
  const fallback = findAttribute(declaration, 'default');
  if (fallback !== undefined && defaults) return scope.names.evaluate(fallback.attribute.value, { ...scope, source: fallback.source });
  if (datum !== undefined && fallback === undefined) return NOT_NULL;
  return unknown(`var.${declaration.block.labels[0]?.value ?? ''} has no value here`);
}

const NOT_NULL = failure('it is null, but may not be (nullable = false)');

export function typeOfVariable(declaration: Declaration, scope: Scope): Type {
  const type = findAttribute(declaration, 'type');
  if (type === undefined) return ANY;
  const inFile = { ...scope, source: type.source };
  return readType(type.attribute.value, (expression) => scope.names.evaluate(expression, inFile));
}

/** Conditions of a variable that its value does not meet for certain: what each of them says. */
export function* brokenValidations(declaration: Declaration, scope: Scope): Iterable<string> {
  for (const { block, source } of [declaration, ...declaration.overrides]) {
    for (const item of block.body.items) {
      if (item.kind !== 'block' || item.type !== 'validation') continue;
      const attribute = (name: string): Datum => {
        const found = item.body.items.find((each) => each.kind === 'attribute' && each.name === name);
        return found?.kind === 'attribute' ? scope.names.evaluate(found.value, { ...scope, source }) : NULL;
      };
      const condition = convert(attribute('condition'), { kind: 'bool' });
      if (condition.kind !== 'bool' || condition.value) continue;
      const message = attribute('error_message');
      yield message.kind === 'string' && message.sensitive !== true ? message.value : 'its value does not meet a condition of the variable';
    }
  }
}

/** The argument is written as `true`. */
export function isTrue(declaration: Declaration, name: string): boolean {
  const value = findAttribute(declaration, name)?.attribute.value;
  return value?.kind === 'boolean' && value.value;
}

export function isFalse(declaration: Declaration, name: string): boolean {
  const value = findAttribute(declaration, name)?.attribute.value;
  return value?.kind === 'boolean' && !value.value;
}

export function sensitiveIf(sensitive: boolean, datum: Datum): Datum {
  return sensitive && datum.sensitive !== true ? { ...datum, sensitive: true } : datum;
}
