/** `status`: what the port knows of a run. */
import type { z } from 'zod';
import { Explained } from '../domain/explained.ts';
import { terminalText } from '../report/encode/terminal.ts';
import type { Answer } from './audit.ts';
import type { statusOutput } from './contracts.ts';
import { firstOf } from './lists.ts';
import type { AuditStatus, Status, StatusQuery } from './port.ts';

/** @throws Explained when nothing is known of it */
export async function statusAnswer(
  { run, workflowId }: { readonly run?: string | undefined; readonly workflowId?: string | undefined },
  status: Status,
): Promise<Answer<z.infer<typeof statusOutput>>> {
  const query: StatusQuery = run === undefined ? { workflowId: workflowId ?? '' } : { run };
  const audits = await status(query);
  if (audits.length === 0) throw new Explained(`the server knows no audit of ${JSON.stringify(run ?? workflowId)}`);
  const { first, more } = firstOf(audits);
  const lines = [...first.map(lineOf), ...(more === 0 ? [] : [`… ${more} more`])];
  return { structured: { audits: first.map((audit) => ({ ...audit })), moreAudits: more }, text: lines.join('\n') };
}

function lineOf({ workflowId, address, state, step, attempt }: AuditStatus): string {
  const parts = [state, step, attempt === null ? null : `attempt ${attempt}`, address ?? workflowId];
  return parts.flatMap((part) => (part === null ? [] : [terminalText(part)])).join('  ');
}
