/** Functions of the language: how a call's arguments reach an implementation, and what an unknown among them does. */
import type { Call } from '../syntax/ast.ts';
import type { Datum } from '../values/datum.ts';
import { bool, derived, failure, isFailure, isWhole, NULL, referentsOf, isSensitive, unknown, unknownPart } from '../values/datum.ts';
import type { Scope } from '../scope.ts';
import { convert, NUMBER, readType, toText } from '../values/type.ts';
import { dateFunctions } from './date.ts';
import { collectionFunctions } from './collection.ts';
import { conversionFunctions } from './conversion.ts';
import type { FunctionDefinition, Parameter } from './define.ts';
import { costOf } from './define.ts';
import { encodingFunctions } from './encoding.ts';
import { fileFunctions } from './file.ts';
import { hashFunctions } from './hash.ts';
import { networkFunctions } from './network.ts';
import { numericFunctions } from './numeric.ts';
import { templateFunctions } from './template.ts';
import { textFunctions } from './text.ts';

const FUNCTIONS: ReadonlyMap<string, FunctionDefinition> = new Map(
  [
    textFunctions,
    numericFunctions,
    collectionFunctions,
    conversionFunctions,
    encodingFunctions,
    dateFunctions,
    hashFunctions,
    networkFunctions,
    fileFunctions,
    templateFunctions,
  ].flatMap((table) => Object.entries(table)),
);

/** What these give is decided when Terraform runs. */
const IMPURE = new Set(['timestamp', 'plantimestamp', 'uuid', 'bcrypt', 'ephemeralasnull', 'terraform.applying']);

/** Of Terraform 0.11. */
const RETIRED = new Set(['list', 'map']);

export function callFunction(call: Call, scope: Scope): Datum {
  const name = call.name.replace(/^core::/u, '');
  if (name === 'try') return tryEach(call, scope);
  if (name === 'can') return can(call, scope);
  if (name === 'convert') return convertTo(call, scope);
  const args = evaluateArguments(call, scope);
  if (!Array.isArray(args)) return args;
  const failed = args.find(isFailure);
  if (failed !== undefined) return failed;
  if (RETIRED.has(name)) return failure(`${name}() is no longer a function of the language; use to${name}() with brackets`);
  const definition = FUNCTIONS.get(name);
  if (definition === undefined) {
    if (IMPURE.has(name)) return unknownFrom(`${name}() is known only when Terraform runs`, args);
    return name.includes('::')
      ? unknownFrom(`the function ${name}() is not evaluated here`, args)
      : failure(`there is no function ${name}()`);
  }
  return derived(apply(name, definition, args, scope), args);
}

/** The second argument is a type constraint, as variables have it. */
function convertTo(call: Call, scope: Scope): Datum {
  const [value, type, ...more] = call.arguments;
  if (value === undefined || type === undefined || more.length > 0) return failure('convert() takes a value and a type');
  const datum = scope.names.evaluate(value, scope);
  const constraint = readType(type, (fallback) => scope.names.evaluate(fallback, scope));
  return derived(convert(datum, constraint), [datum]);
}

function evaluateArguments(call: Call, scope: Scope): Datum[] | Datum {
  const args = call.arguments.map((argument) => scope.names.evaluate(argument, scope));
  const last = args.at(-1);
  if (!call.expand || last === undefined) return args;
  if (last.kind === 'sequence') return [...args.slice(0, -1), ...last.items];
  if (isFailure(last)) return last;
  return last.kind === 'unknown' ? unknownFrom(last.reason, args) : failure('only a list can be expanded into arguments');
}

function unknownFrom(reason: string, args: readonly Datum[]): Datum {
  return unknown(reason, { refersTo: referentsOf(args), sensitive: isSensitive(args) || undefined });
}

function apply(name: string, { parameters, rest, optional = 0, run }: FunctionDefinition, given: readonly Datum[], scope: Scope): Datum {
  if (given.length < parameters.length - optional)
    return failure(`${name}() needs ${parameters.length - optional} arguments, but has ${given.length}`);
  if (given.length > parameters.length && rest === undefined)
    return failure(`${name}() takes ${parameters.length} arguments, but has ${given.length}`);
  const args: Datum[] = [];
  let open: Datum | undefined;
  for (const [index, datum] of given.entries()) {
    const parameter = parameters[index] ?? rest ?? 'raw';
    const arg = accept(datum, parameter);
    if (isFailure(arg)) return failure(`${name}(): ${arg.reason}`);
    const parts = parameter.startsWith('partial');
    if (parameter !== 'raw' && (arg.kind === 'unknown' || (!parts && !isWhole(arg)))) open ??= arg;
    args.push(arg);
  }
  if (open !== undefined) return unknownFrom(unknownPart(open)?.reason ?? 'an argument is not known', given);
  return scope.names.limits.spend(args.reduce((sum, arg) => sum + costOf(arg), 1)) ?? run(args, scope);
}

function accept(datum: Datum, parameter: Parameter): Datum {
  if (parameter === 'raw') return datum;
  if (datum.kind === 'null') return parameter === 'partial-or-null' ? datum : failure('an argument is null');
  if (parameter === 'string') return toText(datum);
  return parameter === 'number' ? convert(datum, NUMBER) : datum;
}

/** The first argument without an error; an unknown before that leaves it open which one it is. */
function tryEach(call: Call, scope: Scope): Datum {
  if (call.arguments.length === 0) return failure('try() needs an argument');
  let failed: Datum = NULL;
  for (const argument of call.arguments) {
    const value = scope.names.evaluate(argument, scope);
    if (isFailure(value)) failed = value;
    else return isCertain(value) ? value : unknownFrom(unknownPart(value)?.reason ?? 'it is not known', [value]);
  }
  return failed;
}

/** Nothing of it may still turn out to be an error: it is known, or an attribute that exists after creation. */
function isCertain(datum: Datum): boolean {
  if (datum.kind === 'unknown') return datum.reference?.exists === true;
  if (datum.kind === 'sequence') return datum.whole || datum.items.every(isCertain);
  if (datum.kind === 'mapping') return datum.whole || [...datum.entries.values()].every(isCertain);
  return true;
}

function can(call: Call, scope: Scope): Datum {
  const [argument] = call.arguments;
  if (argument === undefined || call.arguments.length > 1) return failure('can() takes one argument');
  const value = scope.names.evaluate(argument, scope);
  if (isFailure(value)) return bool(false);
  return isWhole(value) || isCertain(value)
    ? derived(bool(true), [value])
    : unknownFrom(unknownPart(value)?.reason ?? 'it is not known', [value]);
}
