/**
 * Cancels the built command and the built action at random moments, and tells what is left: the longest time from the
 * signal to the end, how they ended, and what they failed to do. Arguments: `cli` or `action`, how often (50).
 */
import path from 'node:path';
import { cancelAction, cancelCommand, sourceOf } from '../../test/temporal/cancel.ts';
import type { Cancelled } from '../../test/temporal/cancel.ts';
import { removeRuns } from '../../test/support/runner.ts';

/** A runner sends SIGTERM 7.5 s after SIGINT; a process that ends in this time is ended by itself. */
const MOST_MILLISECONDS = 6000;
const LATEST_SIGNAL_MILLISECONDS = 4000;

const [which = 'cli', times = '50'] = process.argv.slice(2);
const program = path.join(import.meta.dirname, '..', '..', 'dist', 'cli.js');
const source = sourceOf(300);
const runs: Cancelled[] = [];
for (let index = 0; index < Number(times); index += 1) {
  const at = Math.floor(Math.random() * LATEST_SIGNAL_MILLISECONDS);
  runs.push(await (which === 'action' ? cancelAction(source, at) : cancelCommand(program, source, at)));
}
removeRuns();

const ends = new Map<string, number>();
for (const { code, signal, verdict, check } of runs) {
  const end = `exit ${code ?? signal}, verdict ${verdict ?? 'none'}${check === null ? '' : `, check run ${check}`}`;
  ends.set(end, (ends.get(end) ?? 0) + 1);
}
for (const [end, count] of ends) process.stdout.write(`${count} times ${end}\n`);
const slowest = Math.max(...runs.map(({ took }) => took ?? 0));
process.stdout.write(`longest from signal to end: ${slowest} ms\n`);
const flawed = runs.filter(({ took, signal, orphans }) => (took ?? 0) > MOST_MILLISECONDS || signal === 'SIGKILL' || orphans.length > 0);
for (const run of flawed) process.stdout.write(`${JSON.stringify(run)}\n`);
process.exitCode = flawed.length === 0 ? 0 : 1;
