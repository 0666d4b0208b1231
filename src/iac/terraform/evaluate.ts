/** Evaluates expressions. An unknown is a value: it spreads to what is made of it, and to nothing else. */
import type {
  Binary,
  Conditional,
  Expression,
  ForExpression,
  GetAttribute,
  Index,
  ObjectExpression,
  Splat,
  SplatStep,
  Unary,
} from './syntax/ast.ts';
import { getAttribute, indexed, iterate } from './values/access.ts';
import type { Datum } from './values/datum.ts';
import {
  bool,
  derived,
  equal,
  failure,
  isFailure,
  isWhole,
  mapping,
  NULL,
  number,
  numericOf,
  placed,
  placeOf,
  referentsOf,
  sequence,
  string,
  unknown,
  unknownPart,
  used,
} from './values/datum.ts';
import { callFunction } from './functions/index.ts';
import type { Numeric } from './values/number.ts';
import { add, compare, divide, multiply, negate, parseNumber, remainder } from './values/number.ts';
import type { Scope } from './scope.ts';
import { bind } from './scope.ts';
import { evaluateTemplate } from './evaluate-template.ts';
import { BOOL, convert, describe, NUMBER, toText, typeOf, unify } from './values/type.ts';

/** The value of an expression; it has a place. Never throws. */
export function evaluate(expression: Expression, scope: Scope): Datum {
  const { limits } = scope.names;
  const over = limits.spend(1) ?? limits.enter();
  if (over !== undefined) return placed(over, placeOf(scope.source, expression));
  const result = compute(expression, scope);
  limits.leave();
  if (result.kind === 'unknown' && result.limited === true) limits.over(result.reason);
  return placed(result, placeOf(scope.source, expression));
}

function compute(expression: Expression, scope: Scope): Datum {
  switch (expression.kind) {
    case 'null':
      return NULL;
    case 'boolean':
      return bool(expression.value);
    case 'number':
      return numberLiteral(expression.text);
    case 'template':
      return evaluateTemplate(expression.parts, scope);
    case 'variable':
    case 'get-attribute':
    case 'index':
    case 'splat':
      return used(traverse(expression, scope), placeOf(scope.source, expression));
    case 'call':
      return callFunction(expression, scope);
    case 'conditional':
      return conditional(expression, scope);
    case 'binary':
      return binary(expression, scope);
    case 'unary':
      return unary(expression, scope);
    case 'parenthesis':
      return evaluate(expression.inner, scope);
    case 'tuple':
      return sequence(
        'tuple',
        expression.items.map((item) => evaluate(item, scope)),
      );
    case 'object':
      return object(expression, scope);
    case 'for':
      return forExpression(expression, scope);
    default:
      return expression satisfies never;
  }
}

function numberLiteral(text: string): Datum {
  const value = parseNumber(text);
  return value === undefined ? failure('this is no number') : number(value);
}

function traverse(expression: Expression, scope: Scope): Datum {
  const steps: (GetAttribute | Index)[] = [];
  let root = expression;
  while (root.kind === 'get-attribute' || root.kind === 'index') {
    steps.push(root);
    root = root.of;
  }
  steps.reverse();
  let datum: Datum;
  let taken = 0;
  if (root.kind === 'variable') {
    const named = lookUp(root.name, stepName(steps[0]), stepName(steps[1]), scope);
    ({ datum, taken } = named);
  } else {
    datum = root.kind === 'splat' ? splat(root, scope) : evaluate(root, scope);
  }
  const over = scope.names.limits.spend(steps.length);
  if (over !== undefined) return over;
  for (const step of steps.slice(taken)) {
    datum = step.kind === 'get-attribute' ? getAttribute(datum, step.name) : indexed(datum, evaluate(step.key, scope));
    if (isFailure(datum)) return datum;
  }
  return datum;
}

/** `a.b` and `a["b"]` name the same. */
function stepName(step: GetAttribute | Index | undefined): string | undefined {
  if (step?.kind === 'get-attribute') return step.name;
  if (step?.kind !== 'index' || step.key.kind !== 'template') return undefined;
  const [part, ...more] = step.key.parts;
  return part?.kind === 'text' && more.length === 0 ? part.value : undefined;
}

function lookUp(name: string, second: string | undefined, third: string | undefined, scope: Scope): { datum: Datum; taken: number } {
  for (let frame = scope.frame; frame !== undefined; frame = frame.outer) {
    if (frame.name === name) return { datum: frame.value, taken: 0 };
  }
  return scope.names.resolve(name, second, third);
}

function splat(expression: Splat, scope: Scope): Datum {
  const of = expression.of;
  const base =
    of.kind === 'variable' || of.kind === 'get-attribute' || of.kind === 'index' || of.kind === 'splat'
      ? traverse(of, scope)
      : evaluate(of, scope);
  return splatSteps(base, expression.each, scope);
}

function splatSteps(base: Datum, steps: readonly SplatStep[], scope: Scope): Datum {
  if (isFailure(base)) return base;
  if (base.kind === 'null') return sequence('tuple', []);
  if (base.kind === 'unknown') {
    const element = base.element === undefined ? undefined : follow(base.element, steps, scope);
    return unknown(base.reason, { refersTo: referentsOf(element === undefined ? [base] : [element]), sensitive: base.sensitive, element });
  }
  const items = base.kind === 'sequence' ? base.items : [base];
  const over = scope.names.limits.spend(items.length * (steps.length + 1));
  return (
    over ??
    sequence(
      base.kind === 'sequence' && base.type !== 'tuple' ? 'list' : 'tuple',
      items.map((item) => follow(item, steps, scope)),
    )
  );
}

function follow(start: Datum, steps: readonly SplatStep[], scope: Scope): Datum {
  let datum = start;
  for (const step of steps) {
    if (step.kind === 'get-attribute') datum = getAttribute(datum, step.name);
    else if (step.kind === 'index') datum = indexed(datum, evaluate(step.key, scope));
    else datum = splatSteps(datum, step.each, scope);
  }
  return datum;
}

function conditional(expression: Conditional, scope: Scope): Datum {
  const condition = convert(evaluate(expression.condition, scope), BOOL);
  if (isFailure(condition)) return condition;
  if (condition.kind === 'null') return failure('the condition is null, but must be true or false');
  const yes = evaluate(expression.then, scope);
  const no = evaluate(expression.else, scope);
  if (condition.kind !== 'bool') {
    if (isWhole(yes) && isWhole(no) && equal(yes, no) === true) return derived({ ...yes, place: undefined }, [condition, no]);
    return unknown(unknownPart(condition)?.reason ?? 'its condition is not known', {
      refersTo: referentsOf([yes, no]),
      sensitive: condition.sensitive,
    });
  }
  const [chosen, other] = condition.value ? [yes, no] : [no, yes];
  if (isFailure(chosen) || isFailure(other)) return chosen;
  const type = unify([typeOf(chosen), typeOf(other)]);
  if (type === undefined) return failure('the two results of the condition have no common type');
  const result = other.kind === 'null' || other.kind === 'instance' ? chosen : convert(chosen, type);
  return condition.sensitive === true ? { ...result, sensitive: true } : result;
}

/** Chains such as `1 + 1 + 1 ...` lean to the left, as deep as they are long. */
function binary(expression: Binary, scope: Scope): Datum {
  const chain: Binary[] = [];
  let leftmost: Expression = expression;
  while (leftmost.kind === 'binary') {
    chain.push(leftmost);
    leftmost = leftmost.left;
  }
  let result = evaluate(leftmost, scope);
  for (const { operator, right } of chain.toReversed()) {
    const left = result;
    const other = evaluate(right, scope);
    result = derived(operate(operator, left, other), [left, other]);
  }
  return result;
}

function operate(operator: Binary['operator'], left: Datum, right: Datum): Datum {
  if (isFailure(left)) return left;
  if (operator === '&&' || operator === '||') return logical(operator, left, right);
  if (isFailure(right)) return right;
  if (operator === '==' || operator === '!=') {
    const same = equal(left, right);
    if (same === undefined) return unknown(firstReason(left, right));
    return bool(same === (operator === '=='));
  }
  const a = convert(left, NUMBER);
  const b = convert(right, NUMBER);
  if (isFailure(a)) return a;
  if (isFailure(b)) return b;
  if (a.kind === 'null' || b.kind === 'null') return failure(`an operand of ${operator} is null`);
  if (a.kind !== 'number' || b.kind !== 'number') return unknown(firstReason(a, b));
  return arithmetic(operator, numericOf(a), numericOf(b));
}

function logical(operator: '&&' | '||', left: Datum, right: Datum): Datum {
  const a = convert(left, BOOL);
  if (isFailure(a)) return a;
  const decisive = operator === '||';
  if (a.kind === 'bool' && a.value === decisive) return bool(decisive);
  const b = convert(right, BOOL);
  if (isFailure(b)) return b;
  if (b.kind === 'bool' && b.value === decisive) return bool(decisive);
  // `&&` takes null for false, `||` refuses it.
  if (a.kind === 'null' || b.kind === 'null') return operator === '&&' ? bool(false) : failure('an operand of || is null');
  return a.kind === 'bool' && b.kind === 'bool' ? bool(!decisive) : unknown(firstReason(a, b));
}

function arithmetic(operator: Exclude<Binary['operator'], '&&' | '||' | '==' | '!='>, a: Numeric, b: Numeric): Datum {
  switch (operator) {
    case '+':
      return number(add(a, b));
    case '-':
      return number(add(a, negate(b)));
    case '*':
      return number(multiply(a, b));
    case '/':
      return number(divide(a, b));
    case '%':
      return b === 0 ? unknown('a number is divided by zero') : number(remainder(a, b));
    case '<':
      return bool(compare(a, b) < 0);
    case '<=':
      return bool(compare(a, b) <= 0);
    case '>':
      return bool(compare(a, b) > 0);
    case '>=':
      return bool(compare(a, b) >= 0);
    default:
      return operator satisfies never;
  }
}

function firstReason(...data: readonly Datum[]): string {
  for (const datum of data) {
    const part = unknownPart(datum);
    if (part !== undefined) return part.reason;
  }
  return 'it is not known';
}

function unary(expression: Unary, scope: Scope): Datum {
  const operand = evaluate(expression.operand, scope);
  const value = convert(operand, expression.operator === '-' ? NUMBER : BOOL);
  if (isFailure(value)) return value;
  if (value.kind === 'null') return failure(`the operand of ${expression.operator} is null`);
  if (value.kind === 'number') return derived(number(negate(numericOf(value))), [operand]);
  if (value.kind === 'bool') return derived(bool(!value.value), [operand]);
  return derived(unknown(firstReason(value)), [operand]);
}

function object(expression: ObjectExpression, scope: Scope): Datum {
  const entries = new Map<string, Datum>();
  let unknownKey: Datum | undefined;
  for (const { key, value } of expression.items) {
    const name = key.kind === 'name' ? string(key.name) : key.kind === 'variable' ? string(key.name) : toText(evaluate(key, scope));
    const item = evaluate(value, scope);
    if (isFailure(name)) return name;
    if (isFailure(item)) return item;
    if (name.kind === 'null') return failure('a key of an object is null');
    if (name.kind === 'string') entries.set(name.value, item);
    else unknownKey = name;
  }
  if (unknownKey !== undefined) return derived(unknown(firstReason(unknownKey)), [unknownKey, ...entries.values()]);
  return mapping('object', entries);
}

function forExpression(expression: ForExpression, scope: Scope): Datum {
  const collection = evaluate(expression.collection, scope);
  const elements = iterate(collection);
  if (elements === undefined) {
    if (isFailure(collection)) return collection;
    if (collection.kind === 'unknown')
      return unknown(collection.reason, {
        refersTo: referentsOf(elementOf(expression, collection, scope)),
        sensitive: collection.sensitive,
      });
    return failure(`a for expression needs a collection, but this is ${describe(collection)}`);
  }
  const items: Datum[] = [];
  const groups = new Map<string, Datum[]>();
  const named = new Map<string, Datum>();
  for (const [key, value] of elements) {
    let inner = bind(scope, expression.valueName, value);
    if (expression.keyName !== '') inner = bind(inner, expression.keyName, key);
    const taken = condition(expression, inner);
    if (taken === false) continue;
    if (taken !== true) return taken;
    const item = evaluate(expression.value, inner);
    if (isFailure(item)) return item;
    if (expression.key === null) {
      items.push(item);
      if (items.length > 10_000) return sequence('tuple', items);
      continue;
    }
    const name = toText(evaluate(expression.key, inner));
    if (isFailure(name)) return name;
    if (name.kind === 'null') return failure('a key of a for expression is null');
    if (name.kind !== 'string') return derived(unknown(firstReason(name)), [name, collection]);
    if (expression.group) {
      const group = groups.get(name.value) ?? [];
      group.push(item);
      groups.set(name.value, group);
    } else if (named.has(name.value)) return failure(`two items of a for expression have the key "${name.value}"`);
    else named.set(name.value, item);
  }
  const sensitive = collection.sensitive === true ? { sensitive: true } : {};
  if (expression.key === null) return { ...sequence('tuple', items), ...sensitive };
  for (const [name, group] of groups) named.set(name, sequence('tuple', group));
  return { ...mapping('object', named), ...sensitive };
}

/** What the items of an unknown collection would refer to: of `[for x in aws_subnet.many : x.id]`, the subnets. */
function elementOf(expression: ForExpression, collection: Datum, scope: Scope): Datum[] {
  if (collection.kind !== 'unknown' || collection.element === undefined) return [collection];
  const inner = bind(scope, expression.valueName, collection.element);
  return [evaluate(expression.value, expression.keyName === '' ? inner : bind(inner, expression.keyName, unknown(collection.reason)))];
}

function condition(expression: ForExpression, scope: Scope): boolean | Datum {
  if (expression.condition === null) return true;
  const value = convert(evaluate(expression.condition, scope), BOOL);
  if (value.kind === 'bool') return value.value;
  if (isFailure(value)) return value;
  if (value.kind === 'null') return failure('the condition of a for expression is null');
  return derived(unknown(firstReason(value)), [value]);
}
