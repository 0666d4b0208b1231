/** The policy file: the repository's own settings, which count as they are at the base commit. */
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import type { Problem } from '../problem.ts';
import { ConfigurationError, quote } from '../problem.ts';
import { toCustomRule } from './custom-rules.ts';
import { LIMITS } from './policy.ts';
import type { Policy } from './policy.ts';
import { toScanner } from './scanners.ts';
import { policySchema } from './schema.ts';
import type { PolicyContext } from './schema.ts';

/** Far above any real policy; a parser is not fed more. */
const LONGEST = 256 * 1024;

/** One slip can make the YAML parser complain at every character after it. */
const MOST_FAILURES = 10;

/**
 * Reads a policy from its text.
 * @param file how messages call it
 * @param context what its ids and days are checked against
 * @throws ConfigurationError with every problem and its line
 */
export function parsePolicy(text: string, file: string, context: PolicyContext = {}): Policy {
  if (text.length > LONGEST) throw new ConfigurationError([{ where: file, message: 'is longer than 256 KiB: shorten it' }]);
  const lines = new LineCounter();
  const place = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  const { document, data, failures } = parseYaml(text, file, lines, place);
  if (failures.length > 0) throw new ConfigurationError(failures);
  const read = policySchema(context).safeParse(data);
  if (!read.success) {
    const problems = read.error.issues.flatMap((issue) => toProblems(issue, document, data)).toSorted((a, b) => a.offset - b.offset);
    const once = new Map(problems.map((problem) => [`${problem.offset} ${problem.message}`, problem]));
    throw new ConfigurationError([...once.values()].map(({ offset, message }) => ({ where: place(offset), message })));
  }
  return toPolicy(read.data, (index) => place(offsetOf(document, ['exceptions', index])));
}

function toPolicy(given: z.output<ReturnType<typeof policySchema>>, placeOfException: (index: number) => string): Policy {
  const { suppressions } = given;
  return {
    failOn: given['fail-on'] ?? null,
    block: given.block ?? null,
    exclude: given.exclude,
    undecided: given.undecided,
    unresolved: new Map(given['allow-undecided'].map(({ kind, severity }) => [kind, severity])),
    rules: new Map(
      Object.entries(given.rules).map(([id, { severity = null, off, reason = '', paths }]) => [
        id,
        { severity, off: off === true ? reason : null, paths },
      ]),
    ),
    customRules: given['custom-rules'].map(toCustomRule),
    exceptions: given.exceptions.map(({ resource = null, path = null, fingerprint = null, ...rest }, index) => ({
      ...rest,
      resource,
      path,
      fingerprint,
      place: placeOfException(index),
    })),
    maxExceptionDays: given['max-exception-days'],
    suppressions: { critical: suppressions['allow-critical'], foreign: suppressions['honour-foreign-suppressions'] },
    scanners: given.scanners.map(toScanner),
    approval: given.approval === undefined ? null : toApproval(given.approval),
    limits: Object.fromEntries(
      LIMITS.flatMap(({ key, name }) => {
        const limit = given.limits[key];
        return limit === undefined ? [] : [[name, limit]];
      }),
    ),
  };
}

function toApproval({
  severity,
  deadline,
  teams,
  people,
}: NonNullable<z.output<ReturnType<typeof policySchema>>['approval']>): Policy['approval'] {
  return { severity, deadlineMilliseconds: deadline, teams, people };
}

function parseYaml(
  text: string,
  file: string,
  lines: LineCounter,
  place: (offset: number) => string,
): { document: Document.Parsed; data: unknown; failures: Problem[] } {
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const failures = [...document.errors, ...document.warnings]
      .slice(0, MOST_FAILURES)
      .map(({ message, pos }) => ({ where: place(pos[0]), message: `is not valid YAML: ${message}` }));
    return { document, data: failures.length > 0 ? undefined : document.toJS({ maxAliasCount: 50 }), failures };
  } catch (error) {
    // Aliases that lead nowhere or multiply are thrown by the library, without a place.
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigurationError([{ where: file, message: `is not valid YAML: ${reason}` }]);
  }
}

interface Placed {
  readonly offset: number;
  readonly message: string;
}

function toProblems(issue: z.core.$ZodIssue, document: Document.Parsed, data: unknown): Placed[] {
  const { path, message } = issue;
  const name = path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const lead = name === '' ? '' : `${name}: `;
    return message
      .split('\n')
      .map((sentence, index) => ({ offset: offsetOf(document, [...path, issue.keys[index] ?? '']), message: `${lead}${sentence}` }));
  }
  if (path.length === 0) return [{ offset: 0, message }];
  const seen = valueAt(data, path);
  // Variables and addresses may hold secrets that do not belong there.
  const isPrivate = path.includes('environment') || path.includes('url') || (typeof seen === 'object' && seen !== null);
  const shown = seen === undefined ? '; it is missing' : isPrivate ? '' : `; it is ${quote(seen)}`;
  return [{ offset: offsetOf(document, path), message: `${name} ${message}${shown}` }];
}

/** Where a value is written: its key where it has one, or else what comes nearest around it. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    const container = length === 1 ? document.contents : parent;
    const key = isMap(container)
      ? container.items.map((pair) => pair.key).find((each) => isScalar(each) && String(each.value) === last)
      : undefined;
    if (isScalar(key) && key.range) return key.range[0];
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let current = data;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.entries(current).find(([key]) => key === String(step))?.[1];
  }
  return current;
}
