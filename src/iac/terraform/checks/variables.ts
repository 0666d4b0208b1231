/** Variables that Terraform refuses as they are declared, whether they are used or not. */
import type { Diagnostic } from '../../../domain/diagnostic.ts';
import { headerOf } from '../body.ts';
import { evaluate } from '../evaluate.ts';
import type { Declaration, Definition, Folder } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import type { Limits } from '../limits.ts';
import { isFalse, typeOfVariable } from '../modules/variable.ts';
import type { FileAccess, Names } from '../scope.ts';
import type { Expression, Template } from '../syntax/ast.ts';
import { mentions } from '../syntax/references.ts';
import { isFailure, unknown } from '../values/datum.ts';
import { convert } from '../values/type.ts';
import { refusal } from './refusal.ts';

/** Names that are arguments of every module call. */
const RESERVED = new Set(['count', 'depends_on', 'for_each', 'lifecycle', 'locals', 'providers', 'source', 'version']);

/** `shared`: what evaluation may cost and read. */
export function refusedVariables(folder: Folder, shared: { readonly limits: Limits; readonly files: FileAccess }): Diagnostic[] {
  const { limits, files } = shared;
  const names: Names = {
    limits,
    files,
    evaluate,
    resolve: (first) => ({ datum: unknown(`${first} has no meaning in a default`), taken: 0 }),
  };
  return [...folder.variables].flatMap(([name, declaration]) => {
    const { block, source } = declaration;
    const reserved = RESERVED.has(name)
      ? [refusal(source, headerOf(block), `a variable cannot be called ${name}, which every module call has; rename it`)]
      : [];
    return [...reserved, ...refusedType(declaration), ...refusedDefault(name, declaration, names)];
  });
}

function refusedType(declaration: Declaration): Diagnostic[] {
  const type = findAttribute(declaration, 'type');
  const wrong = type === undefined ? undefined : noType(type.attribute.value);
  if (type === undefined || wrong === undefined) return [];
  return [refusal(type.source, wrong, 'this is no type; write one such as string, list(string) or object({ name = string })')];
}

/** The part of a type constraint that is none. */
function noType(expression: Expression): Expression | undefined {
  switch (expression.kind) {
    case 'variable':
      return ['string', 'number', 'bool', 'any', 'list', 'map', 'set'].includes(expression.name) ? undefined : expression;
    case 'template':
      return ['string', 'list', 'map'].includes(textOf(expression) ?? 'string') ? undefined : expression;
    case 'parenthesis':
      return noType(expression.inner);
    case 'call': {
      const [first] = expression.arguments;
      if (first === undefined) return expression;
      if (['list', 'map', 'set', 'optional'].includes(expression.name)) return noType(first);
      if (expression.name === 'tuple') return first.kind === 'tuple' ? firstOf(first.items) : first;
      if (expression.name !== 'object') return expression;
      return first.kind === 'object' ? firstOf(first.items.map(({ value }) => value)) : first;
    }
    default:
      return expression;
  }
}

function firstOf(types: readonly Expression[]): Expression | undefined {
  for (const type of types) {
    const wrong = noType(type);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function textOf({ parts: [part] }: Template): string | undefined {
  return part?.kind === 'text' ? part.value : undefined;
}

function refusedDefault(name: string, declaration: Declaration, names: Names): Diagnostic[] {
  const fallback = findAttribute(declaration, 'default');
  if (fallback === undefined) return [];
  const dependent = [...mentions(fallback.attribute.value)].map((each) => {
    const what = 'kind' in each ? `calls ${each.name}()` : `refers to ${each.names.join('.')}`;
    return refusal(fallback.source, each, `the default of var.${name} ${what}, but must be a plain value; write the value`);
  });
  if (dependent.length > 0) return dependent;
  const what = unsuitable(declaration, fallback, names);
  return what === undefined
    ? []
    : [refusal(fallback.source, fallback.attribute.value, `the default of var.${name} does not fit: ${what}; correct it`)];
}

function unsuitable(declaration: Declaration, { attribute, source }: Definition, names: Names): string | undefined {
  const scope = { source, names, frame: undefined };
  const value = evaluate(attribute.value, scope);
  if (value.kind === 'null') return isFalse(declaration, 'nullable') ? 'it is null, but nullable is false' : undefined;
  const converted = convert(value, typeOfVariable(declaration, scope));
  return isFailure(converted) ? converted.reason : undefined;
}
