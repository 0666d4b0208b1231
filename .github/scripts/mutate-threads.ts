/** Spreads mutants over threads, which are replaced when they hang or have loaded many modules: those are never freed. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Mutant } from './mutate-mutants.ts';
import type { SourceFile } from './mutate-tree.ts';
import type { Noticed, Progress, Task, WorkerInput } from './mutate-worker.ts';

const MOST_THREADS = 2;
/** Modules of this many mutants stay in memory. */
const MUTANTS_PER_THREAD = 400;
/** The examples of one rule take some 10 ms, and a thread some 2 s to start; what takes this long never ends, which counts as noticed. */
const MOST_MILLISECONDS = 20_000;

/** Whether each mutant is noticed, in the order of the mutants. */
export async function runMutants(mutants: readonly Mutant[], input: WorkerInput): Promise<Noticed[]> {
  const noticed: Noticed[] = [];
  const queue = mutants.entries();
  const threads = Math.min(MOST_THREADS, availableParallelism());
  await Promise.all(Array.from({ length: threads }, () => drain(queue, input, noticed)));
  return noticed;
}

async function drain(queue: Iterator<[number, Mutant]>, input: WorkerInput, noticed: Noticed[]): Promise<void> {
  let worker: Worker | null = null;
  let runs = 0;
  for (let next = queue.next(); next.done !== true; next = queue.next()) {
    const [id, mutant] = next.value;
    worker ??= new Worker(new URL('mutate-worker.ts', import.meta.url), {
      workerData: input,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const outcome = await outcomeOf({ id, mutant }, worker);
    noticed[id] = outcome === 'stuck' ? 'by an example' : outcome;
    runs += 1;
    if (outcome !== 'stuck' && runs % MUTANTS_PER_THREAD !== 0) continue;
    await worker.terminate();
    worker = null;
  }
  await worker?.terminate();
}

type Outcome = Noticed | 'stuck';

/** `stuck` when the thread has to be replaced: it hangs, or has run out of memory. */
function outcomeOf(task: Task, worker: Worker): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(() => resolve('stuck')), MOST_MILLISECONDS);
    const listen = (progress: Progress): void => {
      if (progress.kind === 'file') timer.refresh();
      else end(() => resolve(progress.noticed));
    };
    const fail = (error: Error & { readonly code?: string }): void =>
      end(() => (error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve('stuck') : reject(error)));
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      worker.off('message', listen);
      worker.off('error', fail);
      settle();
    };
    worker.on('message', listen);
    worker.on('error', fail);
    worker.postMessage(task, []);
  });
}

/** By file: the files that import it, over any number of imports, and itself. */
export function importersOf(files: readonly SourceFile[]): Map<string, Set<string>> {
  const importers = new Map<string, Set<string>>();
  for (const file of files) {
    const reached = new Set([file.path]);
    for (const each of reached) {
      const imports = files.find(({ path }) => path === each)?.imports ?? [];
      for (const imported of imports) reached.add(imported);
    }
    for (const each of reached) importers.set(each, (importers.get(each) ?? new Set()).add(file.path));
  }
  return importers;
}
