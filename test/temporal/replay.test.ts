import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, bundleWorkflowCode } from '@temporalio/worker';
import { describe, expect, it } from 'vitest';
import { dataConverterOf } from '../../src/temporal/codec.ts';
import { installRuntime } from '../../src/temporal/connection.ts';
import { KEY } from './steps.ts';
import { HOME } from './support.ts';

installRuntime(() => undefined);

/** Recorded from real runs by `npm run record-histories`; histories of released versions stay for ever. */
const HISTORIES = path.join(import.meta.dirname, '..', '..', 'fixtures', 'histories');

const names = readdirSync(HISTORIES);

/** Payloads are bound to the workflow they were written for, so a history has its id with it. */
function recording(name: string): { readonly history: unknown; readonly workflowId: string } {
  const { workflowId, ...history } = JSON.parse(readFileSync(path.join(HISTORIES, name), 'utf8')) as { readonly workflowId: string };
  return { history, workflowId };
}

const dataConverter = dataConverterOf(KEY, HOME);

describe('the workflow of this version', () => {
  it.each(names)('goes on with the recorded history %s', async (name) => {
    const { history, workflowId } = recording(name);

    await Worker.runReplayHistory(
      { dataConverter, workflowBundle: { codePath: path.join(HOME, 'workflow-bundle.js') } },
      history,
      workflowId,
    );
  });
});

describe('a workflow that was changed', () => {
  it.each(names)('is refused by the recorded history %s', async (name) => {
    const { history, workflowId } = recording(name);
    const workflowBundle = await bundleWorkflowCode({ workflowsPath: path.join(import.meta.dirname, 'changed-workflows.ts') });

    await expect(Worker.runReplayHistory({ dataConverter, workflowBundle }, history, workflowId)).rejects.toThrow(
      DeterminismViolationError,
    );
  });
});
