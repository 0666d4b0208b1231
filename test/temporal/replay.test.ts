import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, bundleWorkflowCode } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { installRuntime } from '../../src/temporal/connection.ts';
import { HOME } from './support.ts';

installRuntime(() => undefined);

/** Recorded from real runs by `npm run record-histories`; histories of released versions stay for ever. */
const HISTORIES = path.join(import.meta.dirname, '..', '..', 'fixtures', 'histories');

const names = readdirSync(HISTORIES);

function historyOf(name: string): unknown {
  return JSON.parse(readFileSync(path.join(HISTORIES, name), 'utf8'));
}

describe('the workflow of this version', () => {
  it.each(names)('goes on with the recorded history %s', async (name) => {
    await Worker.runReplayHistory({ workflowBundle: { codePath: path.join(HOME, 'workflow-bundle.js') } }, historyOf(name));
  });
});

describe('a workflow that was changed', () => {
  it.each(names)('is refused by the recorded history %s', async (name) => {
    const workflowBundle = await bundleWorkflowCode({ workflowsPath: path.join(import.meta.dirname, 'changed-workflows.ts') });

    await expect(Worker.runReplayHistory({ workflowBundle }, historyOf(name))).rejects.toThrow(DeterminismViolationError);
  });
});
