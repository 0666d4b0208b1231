import type { Client } from '@temporalio/client';
import type { AuditResult } from '../domain/audit.ts';
import type { AuditMemo } from './workflow-messages.ts';

/** Ids are told to the server this many at a time; it answers with a memo of up to 8 KiB for each. */
const PAGE = 200;

const DEADLINE_MILLISECONDS = 10_000;

/**
 * Results that earlier runs left on the server, by workflow id. What it does not find, or the server does not answer in
 * time, is audited: the list is a short cut, and starting an audit that is done gives its result too.
 */
export async function recordedResults(
  client: Client,
  wanted: readonly { readonly workflowId: string }[],
  { log, signal }: { log(line: string): void; readonly signal: AbortSignal },
): Promise<Map<string, AuditResult>> {
  const results = new Map<string, AuditResult>();
  const ids = wanted.map(({ workflowId }) => workflowId);
  try {
    await client.withDeadline(Date.now() + DEADLINE_MILLISECONDS, async () => {
      for (let start = 0; start < ids.length && !signal.aborted; start += PAGE) {
        const some = ids.slice(start, start + PAGE).map((id) => `'${id}'`);
        const query = `WorkflowId IN (${some.join(', ')}) AND ExecutionStatus = 'Completed'`;
        for await (const { workflowId, memo } of client.workflow.list({ query, pageSize: PAGE })) {
          // The memo was read with this run's key and for this id, so it was written by an audit of the same digest.
          const { result = null } = (memo ?? {}) as AuditMemo;
          // What a scanner did not answer then, it may answer now.
          if (result !== null && result.scannerFailures === undefined) results.set(workflowId, result);
        }
      }
    });
  } catch (error) {
    log(
      `temporal: earlier audits could not be listed (${error instanceof Error ? error.message : String(error)}); they are looked up one by one`,
    );
  }
  return results;
}
