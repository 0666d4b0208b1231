/**
 * Runs the examples of rules against one mutant after another, in a thread of its own. Modules are replaced as they are
 * loaded, so that no file changes: what imports the mutated file, over any number of imports, is loaded anew for each mutant.
 */
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { rules } from '../../src/rules/index.ts';
import type { Rule } from '../../src/domain/rule.ts';
import { problemsOf } from '../../test/rules/examples.ts';
import type { Mutant } from './mutate-mutants.ts';

export interface WorkerInput {
  /** By file: the files that import it, over any number of imports, and itself. */
  readonly importers: ReadonlyMap<string, ReadonlySet<string>>;
  /** Files that define a rule, whose examples are run. */
  readonly rulePaths: readonly string[];
  /** Files of tests, which are run when no example notices. */
  readonly testPaths: readonly string[];
  /** By file; what was parsed is run, whatever is on disk by now. */
  readonly texts: ReadonlyMap<string, string>;
}

export interface Task {
  readonly id: number;
  readonly mutant: Mutant;
}

export type Noticed = 'by an example' | 'by a test' | 'not at all';

/** Sent before each file, so that one that never ends is noticed, and at the end. */
export type Progress = { readonly kind: 'file' } | { readonly kind: 'done'; readonly noticed: Noticed };

const VITEST = new URL('mutate-vitest.ts', import.meta.url).href;

function work(
  { importers, rulePaths, testPaths, texts }: WorkerInput,
  answer: (progress: Progress) => void,
): (task: Task) => Promise<void> {
  let current: Task | null = null;
  const stripped = new Map<string, string>();
  const sourceOf = (path: string, { path: changed, start, end, text }: Mutant): string => {
    const original = texts.get(path) ?? '';
    if (path === changed) return stripTypeScriptTypes(original.slice(0, start) + text + original.slice(end));
    const known = stripped.get(path) ?? stripTypeScriptTypes(original);
    stripped.set(path, known);
    return known;
  };
  registerHooks({
    resolve(specifier, context, next) {
      if (current === null || context.parentURL?.includes('?mutant=') !== true) return next(specifier, context);
      if (specifier === 'vitest') return { url: VITEST, shortCircuit: true };
      const resolved = next(specifier, context);
      if (!resolved.url.startsWith('file:')) return resolved;
      const isAffected = importers.get(current.mutant.path)?.has(fileURLToPath(resolved.url)) === true;
      return isAffected ? { ...resolved, url: `${resolved.url}?mutant=${current.id}` } : resolved;
    },
    load(url, context, next) {
      if (current === null || !url.includes('?mutant=')) return next(url, context);
      return { format: 'module', source: sourceOf(fileURLToPath(url), current.mutant), shortCircuit: true };
    },
  });

  /** By file, those that import it: whatever noticed a mutant of it last comes first, as it is likely to notice the next one. */
  const rulesFor = new Map<string, string[]>();
  const testsFor = new Map<string, string[]>();

  async function isNoticed(
    { id, mutant: { path } }: Task,
    paths: readonly string[],
    order: Map<string, string[]>,
    notices: (url: string) => Promise<boolean>,
  ): Promise<boolean> {
    const concerned = order.get(path) ?? paths.filter((each) => importers.get(path)?.has(each));
    for (const [index, each] of concerned.entries()) {
      answer({ kind: 'file' });
      if (!(await notices(`${pathToFileURL(each).href}?mutant=${id}`))) continue;
      order.set(path, [each, ...concerned.slice(0, index), ...concerned.slice(index + 1)]);
      return true;
    }
    return false;
  }

  return async (task) => {
    current = task;
    if (await isNoticed(task, rulePaths, rulesFor, examplesFail)) answer({ kind: 'done', noticed: 'by an example' });
    else answer({ kind: 'done', noticed: (await isNoticed(task, testPaths, testsFor, testsFail)) ? 'by a test' : 'not at all' });
  };
}

/** Whether the examples of the rule at this address fail, or it cannot even be loaded. */
async function examplesFail(url: string): Promise<boolean> {
  let rule: Rule;
  try {
    ({ rule } = (await import(url)) as { rule: Rule });
  } catch {
    return true;
  }
  return problemsOf(rule, rules).length > 0;
}

async function testsFail(url: string): Promise<boolean> {
  try {
    await import(url);
    return false;
  } catch {
    return true;
  }
}

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const run = work(workerData as WorkerInput, (progress) => port.postMessage(progress));
  port.on('message', (task: Task) => void run(task));
}
