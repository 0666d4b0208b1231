/**
 * Reads policy documents: who a statement concerns, and under which conditions. Answers are true,
 * false, or the unknown value that keeps from knowing; a document may be known in parts.
 */
import type { Unknown, Value } from '../../domain/value.ts';
import { asString, at, document, isList, isMap } from '../../domain/value.ts';
import { parseCidr } from './ec2/cidr.ts';

export type Answer = boolean | Unknown;

/** False when one is, else unknown when one is, else true. */
export function and(...answers: readonly Answer[]): Answer {
  return answers.includes(false) ? false : (answers.find(isUnknown) ?? true);
}

/** True when one is, else unknown when one is, else false. */
export function or(...answers: readonly Answer[]): Answer {
  return answers.includes(true) || (answers.find(isUnknown) ?? false);
}

export function not(answer: Answer): Answer {
  return isUnknown(answer) ? answer : !answer;
}

export function isUnknown(answer: Answer): answer is Unknown {
  return typeof answer !== 'boolean';
}

/** The statements of a policy, given as JSON text or as a document; one that is not known is an unknown value. */
export function statements(policy: Value): readonly Value[] {
  return several(at(document(policy), 'Statement'));
}

export function hasEffect(statement: Value, effect: 'Allow' | 'Deny'): Answer {
  return equals(at(statement, 'Effect'), effect);
}

/** Whether the statement concerns every caller: `*`, also as AWS principal; or all but some. */
export function concernsEveryone(statement: Value): Answer {
  if (statement.state === 'unknown') return statement;
  if (at(statement, 'NotPrincipal').state !== 'absent') return true;
  const principal = at(statement, 'Principal');
  const named = principal.state === 'known' && isMap(principal.data) ? at(principal, 'AWS') : principal;
  return or(...several(named).map((each) => equals(each, '*')));
}

/** Whether one of the statement's actions is `action` or a wildcard that covers it. */
export function coversAction(statement: Value, action: string): Answer {
  return or(...several(at(statement, 'Action')).map((each) => matches(each, (pattern) => covers(pattern, action))));
}

/** `s3:*` covers `s3:GetObject` and, as a text, itself; letter case is ignored. */
function covers(pattern: string, action: string): boolean {
  const [head = '', ...rest] = pattern.toLowerCase().split('*');
  const text = action.toLowerCase();
  if (rest.length === 0) return head === text;
  if (!text.startsWith(head)) return false;
  let from = head.length;
  const last = rest.pop() ?? '';
  for (const piece of rest) {
    const found = text.indexOf(piece, from);
    if (found === -1) return false;
    from = found + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

export interface Condition {
  /** In lower case, without `ForAnyValue:`; one that is met when the key is missing keeps `forallvalues:` or `ifexists`. */
  readonly operator: string;
  /** In lower case. */
  readonly key: string;
  readonly values: readonly Value[];
}

/** The conditions of a statement, all of which must be met; unknown when they are not known. */
export function conditions(statement: Value): readonly Condition[] | Unknown {
  const condition = at(statement, 'Condition');
  if (condition.state === 'unknown') return condition;
  const found: Condition[] = [];
  for (const [name, keys] of entries(condition)) {
    if (keys.state === 'unknown') return keys;
    const operator = name.toLowerCase().replace(/^foranyvalue:/u, '');
    for (const [key, values] of entries(keys)) found.push({ operator, key: key.toLowerCase(), values: several(values) });
  }
  return found;
}

/**
 * Keys that tell who calls or from where; S3 takes a policy for not public when one of them is fixed
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
 */
const IDENTIFYING = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:vpcsourceip',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]);

const EQUAL = new Set(['stringequals', 'stringequalsignorecase', 'stringlike', 'arnequals', 'arnlike', 'ipaddress']);

/** Whether a condition lets only certain callers or places through, however many actions it allows them. */
export function isNarrowed(statement: Value): Answer {
  const found = conditions(statement);
  if (!Array.isArray(found)) return found as Unknown;
  return or(...found.map(narrows));
}

function narrows({ operator, key, values }: Condition): Answer {
  if (!EQUAL.has(operator) || !IDENTIFYING.has(key) || values.length === 0) return false;
  return and(...values.map((value) => isCertain(value, operator, key)));
}

/** An exact comparison narrows whatever it compares with, unless that is a policy variable, which each caller brings along. */
function isCertain(value: Value, operator: string, key: string): Answer {
  if (value.state === 'unknown') return operator.startsWith('stringequals') || value.reference !== undefined || value;
  return matches(value, (text) => isFixed(text, key));
}

/**
 * Whether a value of a condition names something certain: no wildcard and no policy variable, or an
 * ARN of one account, or a path inside one organisation. Ranges wider than /8 (IPv6: /32) name no place.
 */
function isFixed(text: string, key: string): boolean {
  if (key === 'aws:sourceip' || key === 'aws:vpcsourceip') {
    const range = parseCidr(text);
    return range !== null && range.last - range.first < (range.version === 4 ? 2n ** 24n : 2n ** 96n);
  }
  return !/[*?]|\$\{/u.test(text) || /^arn:[\w-]+:[\w-]+:[^:]*:\d{12}:/u.test(text) || /^o-[a-z0-9]+\//u.test(text);
}

/** What exists only after creation is no such text; one of which the start is known may not be able to become it. */
function equals(value: Value, expected: string): Answer {
  if (value.state !== 'unknown') return asString(value) === expected;
  return value.reference === undefined && expected.startsWith(value.prefix ?? '') ? value : false;
}

function matches(value: Value, accepts: (text: string) => boolean): Answer {
  if (value.state === 'unknown') return value;
  const text = asString(value);
  return text !== undefined && accepts(text);
}

function several(value: Value): readonly Value[] {
  if (value.state === 'absent') return [];
  return value.state === 'known' && isList(value.data) ? value.data : [value];
}

function entries(value: Value): Iterable<[string, Value]> {
  return value.state === 'known' && isMap(value.data) ? value.data : [];
}
