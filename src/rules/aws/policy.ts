/**
 * Reads policy documents: whom a statement concerns, what it allows or denies, under which conditions,
 * and what another statement takes back. Answers are true, false, or the unknown value that keeps from
 * knowing; a document may be known in parts, and may come from any spelling that gives a JSON document.
 */
import type { Unknown, Value } from '../../domain/value.ts';
import { asString, at, document, isList, isMap } from '../../domain/value.ts';
import { textOf } from '../../domain/wording.ts';
import { parseCidr } from './network/cidr.ts';

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
  return or(excludesPrincipals(statement), namesEveryone(statement));
}

/** Whether the statement concerns all but the callers that it names. */
export function excludesPrincipals(statement: Value): Answer {
  if (statement.state === 'unknown') return statement;
  return at(statement, 'NotPrincipal').state !== 'absent';
}

/** Whether `Principal` is everyone. AWS takes `*` for a whole name only: `arn:aws:iam::*:root` names nobody and is refused. */
export function namesEveryone(statement: Value): Answer {
  if (statement.state === 'unknown') return statement;
  const principal = at(statement, 'Principal');
  const named = principal.state === 'known' && isMap(principal.data) ? at(principal, 'AWS') : principal;
  return or(...several(named).map((each) => equals(each, '*')));
}

/** Whether the statement is about all actions but those that it names. */
export function excludesActions(statement: Value): Answer {
  if (statement.state === 'unknown') return statement;
  return at(statement, 'NotAction').state !== 'absent';
}

/** Whether the statement is about `action`, which may hold wildcards itself: `s3:*` is then each action of S3. */
export function coversAction(statement: Value, action: string): Answer {
  if (statement.state === 'unknown') return statement;
  const except = at(statement, 'NotAction');
  if (except.state === 'absent')
    return or(...several(at(statement, 'Action')).map((each) => matches(each, (text) => covers(text, action))));
  return not(or(...several(except).map((each) => matches(each, (text) => covers(text, action) || covers(action, text)))));
}

/** Longer than any action or name that AWS accepts; what is longer matches nothing, so that a comparison stays cheap. */
const LONGEST = 2048;

/**
 * Whether each text that the pattern `inner` stands for is one that `outer` stands for: `s3:*` covers `s3:Get*`.
 * `*` stands for any text and `?` for one character; letter case is ignored.
 */
function covers(outer: string, inner: string): boolean {
  if (outer.length > LONGEST || inner.length > LONGEST) return false;
  const pattern = outer.toLowerCase().replaceAll(/[?*]{2,}/gu, (run) => (run.includes('*') ? '*' : run));
  const text = inner.toLowerCase();
  let at = 0;
  let from = 0;
  let star = -1;
  let retry = 0;
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at++;
      retry = from;
    } else if (pattern[at] === text[from] || (pattern[at] === '?' && text[from] !== '*')) {
      at += 1;
      from += 1;
    } else if (star !== -1) {
      at = star + 1;
      from = ++retry;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

export interface Condition {
  /** In lower case; without `ForAnyValue:`, which other than `ForAllValues:` and `IfExists` changes nothing, unless something is negated. */
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
    const operator = name.toLowerCase().replace(/^foranyvalue:(?!.*not)/u, '');
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
  'aws:sourcevpcarn',
  'aws:sourcevpce',
  'aws:userid',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:vpcsourceip',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
]);

/** What only a service of AWS says of itself, whoever may call it. */
const OF_SERVICES = new Set(['aws:principalisawsservice', 'aws:viaawsservice']);

const EQUAL = new Set(['stringequals', 'stringequalsignorecase', 'stringlike', 'arnequals', 'arnlike', 'ipaddress']);

/** Operators that are met by a caller who is none of those named, and by one who does not say who it is. */
const OTHER = /^(?:stringnotequals|stringnotequalsignorecase|stringnotlike|arnnotequals|arnnotlike|notipaddress)(?:ifexists)?$/u;

/** Whether a condition lets only certain callers or places through, however many actions it allows them. */
export function isNarrowed(statement: Value): Answer {
  const found = conditions(statement);
  return 'state' in found ? found : or(...found.map(narrows));
}

function narrows({ operator, key, values }: Condition): Answer {
  if (operator === 'bool' && key === 'aws:principalisawsservice')
    return and(values.length > 0, ...values.map((value) => isText(value, 'true')));
  if (!EQUAL.has(operator) || !IDENTIFYING.has(key) || values.length === 0) return false;
  return and(...values.map((value) => isCertain(value, operator, key)));
}

/** Further ones are not looked at, so that a long policy stays cheap to judge; S3 takes 20 KB as one. */
const MOST_DENIALS = 32;

/** The statements of a policy that may take back what others allow. */
export function denials(all: readonly Value[]): readonly Value[] {
  return all.filter((statement) => statement.state === 'known' && hasEffect(statement, 'Deny') !== false).slice(0, MOST_DENIALS);
}

/**
 * Whether denials of the same policy take back what a statement allows to everyone: they deny it to all
 * but certain callers. An explicit Deny outweighs every Allow.
 */
export function isTakenBack(statement: Value, denied: readonly Value[]): Answer {
  return or(...denied.map((each) => takesBack(each, statement)));
}

function takesBack(denial: Value, allowed: Value): Answer {
  const found = conditions(denial);
  if ('state' in found) return and(hasEffect(denial, 'Deny'), found);
  return and(
    hasEffect(denial, 'Deny'),
    concernsEveryone(denial),
    ...found.map(sparesStrangers).map(not),
    coversActions(denial, allowed),
    coversResources(denial, allowed),
  );
}

/** Whether a denial under this condition may pass by a caller of whom nothing is known. */
function sparesStrangers({ operator, key, values }: Condition): Answer {
  if (/^bool(?:ifexists)?$/u.test(operator) && OF_SERVICES.has(key)) return not(or(...values.map((value) => isText(value, 'false'))));
  if (!OTHER.test(operator) || !IDENTIFYING.has(key) || values.length === 0) return true;
  const positive = operator.replaceAll(/not|ifexists/gu, '');
  return not(and(...values.map((value) => isCertain(value, positive, key))));
}

/** What is allowed by exception is only taken back by a denial of everything. */
function coversActions(denial: Value, allowed: Value): Answer {
  if (at(allowed, 'NotAction').state !== 'absent') return coversAction(denial, '*');
  const actions = several(at(allowed, 'Action'));
  return and(actions.length > 0, ...actions.map((each) => (each.state === 'unknown' ? each : coversAction(denial, asString(each) ?? '*'))));
}

/** What is allowed on all but some resources is only taken back by a denial on each. */
function coversResources(denial: Value, allowed: Value): boolean {
  const denied = several(at(denial, 'Resource'));
  const names = several(at(allowed, 'Resource'));
  if (names.length === 0) return denied.some((each) => asString(each) === '*');
  return names.every((each) => denied.some((other) => coversResource(other, each)));
}

/** Names of which only parts are known are compared by their ends: both are about this bucket, and `/*` tells its objects apart. */
function coversResource(outer: Value, inner: Value): boolean {
  const [whole, part] = [asString(outer), asString(inner)];
  if (whole === '*') return true;
  if (whole !== undefined && part !== undefined) return covers(whole, part);
  return covers(objectsOf(outer), objectsOf(inner));
}

/** The part of a name of a bucket or object that is within the bucket: `/*` of `arn:aws:s3:::example/*`. */
function objectsOf(value: Value): string {
  const text = value.state === 'unknown' ? (value.suffix ?? '') : (asString(value) ?? '');
  return /\/.*$/u.exec(text.replace(/^arn:[^/]*?:::/u, ''))?.[0] ?? '';
}

/** An exact comparison narrows whatever it compares with, unless that is a policy variable, which each caller brings along. */
function isCertain(value: Value, operator: string, key: string): Answer {
  if (value.state === 'unknown')
    return operator.startsWith('stringequals') || value.reference !== undefined || isOfAccount(textWith(value, ACCOUNT)) || value;
  return matches(value, (text) => isFixed(text, key));
}

/** Stands for what is not known of a text. That stands for one account where an ARN has the place of the account. */
const ACCOUNT = '000000000000';

function isOfAccount(text: string): boolean {
  return /^arn:[\w-]+:[\w-]+:[^:]*:\d{12}:/u.test(text);
}

/** A text of which parts are known, with something in the place of each other part. */
function textWith({ texts = [], prefix, suffix }: Unknown, filling: string): string {
  return `${prefix === undefined ? filling : ''}${texts.join(filling)}${suffix === undefined ? filling : ''}`;
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
  return !/[*?]|\$\{/u.test(text) || isOfAccount(text) || /^o-[a-z0-9]+\//u.test(text);
}

/** Booleans in conditions are texts too, in any letter case. */
function isText(value: Value, expected: string): Answer {
  return value.state === 'unknown' ? value : textOf(value)?.toLowerCase() === expected;
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

/** One value, or each of a list. */
export function several(value: Value): readonly Value[] {
  if (value.state === 'absent') return [];
  return value.state === 'known' && isList(value.data) ? value.data : [value];
}

function entries(value: Value): Iterable<[string, Value]> {
  return value.state === 'known' && isMap(value.data) ? value.data : [];
}
