/** The policy file: the repository's own settings, which count as they are at the base commit. */
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../problem.ts';
import { ConfigurationError, quote } from '../problem.ts';
import { THRESHOLDS, toThreshold } from '../threshold.ts';
import { isGlobInside } from '../workspace-path.ts';
import { NO_POLICY } from './policy.ts';
import type { Policy } from './policy.ts';

const glob = z
  .string('must be a list of globs, each a text')
  .refine(isGlobInside, 'is not a glob relative to the workspace: leave out a leading / or !, and .. steps');

const policySchema = z.strictObject({
  version: z.literal(1, 'must be 1, the version of this format').describe('Version of this format: 1.'),
  'fail-on': z
    .enum(THRESHOLDS, `must be one of ${THRESHOLDS.join(', ')}`)
    .optional()
    .describe('Least severe finding that fails a run, when stricter than the input `fail-on-severity`.'),
  exclude: z
    .array(glob, 'must be a list of globs, each a text')
    .max(1000, 'may hold at most 1,000 globs')
    .default([])
    .describe('Globs of files that are not audited.'),
});

/** Far above any real policy; a parser is not fed more. */
const LONGEST = 256 * 1024;

/** One slip can make the YAML parser complain at every character after it. */
const MOST_FAILURES = 10;

/**
 * Reads a policy from its text.
 * @param file how messages call it
 * @throws ConfigurationError with every problem and its line
 */
export function parsePolicy(text: string, file: string): Policy {
  if (text.length > LONGEST) throw new ConfigurationError([{ where: file, message: 'is longer than 256 KiB: shorten it' }]);
  const lines = new LineCounter();
  const place = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  const { document, data, failures } = parseYaml(text, file, lines, place);
  if (failures.length > 0) throw new ConfigurationError(failures);
  const read = policySchema.safeParse(data);
  if (!read.success) throw new ConfigurationError(read.error.issues.flatMap((issue) => toProblems(issue, document, data, place)));
  const { exclude, 'fail-on': failOn } = read.data;
  return { ...NO_POLICY, failOn: failOn === undefined ? null : toThreshold(failOn), exclude };
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

function toProblems(issue: z.core.$ZodIssue, document: Document.Parsed, data: unknown, place: (offset: number) => string): Problem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      where: place(keyOffset(document, key)),
      message: `${quote(key)} is not a setting: use ${Object.keys(policySchema.shape).join(', ')}`,
    }));
  }
  const path = issue.path.map(String);
  const name = path[0];
  if (name === undefined) return [{ where: place(0), message: 'must be a map of settings, beginning with version: 1' }];
  const node = document.getIn(issue.path, true);
  const seen = valueAt(data, issue.path);
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  return [
    {
      where: place(offset),
      message: `${path.join('.')} ${issue.message}${seen === undefined ? '; it is missing' : `; it is ${quote(seen)}`}`,
    },
  ];
}

function keyOffset(document: Document.Parsed, key: string): number {
  const pairs = isMap(document.contents) ? document.contents.items : [];
  const found = pairs.map((pair) => pair.key).find((each) => isScalar(each) && String(each.value) === key);
  return isScalar(found) ? (found.range?.[0] ?? 0) : 0;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let current = data;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = Object.entries(current).find(([key]) => key === String(step))?.[1];
  }
  return current;
}
