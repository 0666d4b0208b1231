/** What later steps and people are told through the runner's files. */
import { appendFileSync } from 'node:fs';
import type { Delivery } from './errors.ts';
import type { Environment } from './event.ts';

/** The runner drops a summary above it: https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands */
const SUMMARY_BYTES = 1024 * 1024;

/**
 * Sets outputs of this step; of two values of one output the later counts, so `verdict: 'error'` is set first of all.
 * Values are words, counts and paths of one line.
 */
export function setOutputs(environment: Environment, outputs: Readonly<Record<string, string | number>>): Delivery<void> {
  const lines = Object.entries(outputs).map(([name, value]) => `${name}=${oneLine(String(value))}\n`);
  return append(environment['GITHUB_OUTPUT'], lines.join(''), 'The outputs of this step were not set', 'GITHUB_OUTPUT');
}

/** @param markdown at most 1 MiB (each step has a summary of its own) */
export function appendSummary(environment: Environment, markdown: string): Delivery<void> {
  const lost = 'The job summary was not written';
  const bytes = Buffer.byteLength(markdown);
  if (bytes > SUMMARY_BYTES) return { notice: `${lost}: with ${bytes} bytes it is larger than GitHub takes, which is 1 MiB.` };
  return append(environment['GITHUB_STEP_SUMMARY'], `${markdown}\n`, lost, 'GITHUB_STEP_SUMMARY');
}

function append(file: string | undefined, text: string, lost: string, variable: string): Delivery<void> {
  if (file === undefined || file === '') return { notice: `${lost}: ${variable} is not set, as a GitHub Actions runner sets it.` };
  try {
    appendFileSync(file, text);
    return { delivered: undefined };
  } catch (error) {
    return { notice: `${lost}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** @throws RangeError for a value that could set another output */
function oneLine(value: string): string {
  if (/\p{Cc}/u.test(value)) throw new RangeError(`an output must be one line: ${JSON.stringify(value)}`);
  return value;
}
