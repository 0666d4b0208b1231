/** A run that is cancelled ends soon, says so, and leaves nothing behind. The longer series is .github/scripts/cancel-series.ts. */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { removeRuns } from '../support/runner.ts';
import { cancelAction, cancelCommand, sourceOf } from './cancel.ts';
import { HOME } from './support.ts';

const SOURCE = sourceOf(300);
const MOST_MILLISECONDS = 6000;

afterAll(removeRuns);

/** Before the program listens, SIGINT ends it as any other; it has no child then and wrote nothing. */
function codeOf({ code, signal }: { code: number | null; signal: string | null }): number | null {
  return signal === 'SIGINT' ? 130 : code;
}

describe('SIGINT', () => {
  it.each([700, 1500, 2500])('ends the command after %i ms with 130, without a report and without a child', async (at) => {
    const run = await cancelCommand(path.join(HOME, 'cli.js'), SOURCE, at);

    expect([codeOf(run), run.orphans, run.verdict], JSON.stringify(run)).toEqual([130, [], null]);
    expect(run.took).toBeLessThanOrEqual(MOST_MILLISECONDS);
  });

  it.each([
    ['twice', ['SIGINT', 'SIGINT']],
    ['and then SIGTERM', ['SIGINT', 'SIGTERM']],
  ] as const)('%s leaves no child of the command either', async (_, signals) => {
    const run = await cancelCommand(path.join(HOME, 'cli.js'), SOURCE, 2000, signals);

    expect([codeOf(run), run.signal, run.orphans], JSON.stringify(run)).toEqual([130, null, []]);
  });

  it('is not the only signal that ends the command so: SIGTERM does', async () => {
    const run = await cancelCommand(path.join(HOME, 'cli.js'), SOURCE, 2000, ['SIGTERM']);

    expect([codeOf(run), run.signal, run.orphans], JSON.stringify(run)).toEqual([130, null, []]);
  });

  it.each([900, 1500, 2500])('ends the action after %i ms with 130, the verdict error, and its check run completed', async (at) => {
    const run = await cancelAction(SOURCE, at);

    expect([codeOf(run), run.orphans], JSON.stringify(run)).toEqual([130, []]);
    if (run.code === 130) expect([run.verdict, run.check]).toEqual(['error', 'completed failure']);
    expect(run.took).toBeLessThanOrEqual(MOST_MILLISECONDS);
  });
});
