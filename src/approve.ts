/** The run for a comment: what it decides is checked, the audit of its pull request is run again under it, and it is answered. */
import type { Policy } from './config/policy/policy.ts';
import { note } from './deliver.ts';
import { answerComment, tookEffect } from './github/answer.ts';
import { PullRequestApprovals } from './github/approvals.ts';
import type { GitHubClient } from './github/client.ts';
import { GRAMMAR, readCommand } from './github/command.ts';
import { deliver } from './github/errors.ts';
import { EventError } from './github/event.ts';
import type { CommentEvent, PullRequestEvent, RunContext } from './github/event.ts';
import type { RunnerLog } from './github/log.ts';
import { readPull } from './github/pull-request.ts';
import { code, prose } from './report/encode/markdown.ts';

export interface ApprovalPorts {
  readonly client: GitHubClient;
  readonly log: RunnerLog;
  /** The policy at the base commit. */
  readPolicy(context: RunContext<PullRequestEvent>): Promise<Policy | null>;
  /** The ordinary audit of a pull request and its delivery; answers the exit code. */
  audit(context: RunContext<PullRequestEvent>, policy: Policy, approvals: PullRequestApprovals): Promise<number>;
}

/**
 * Answers the exit code of the audit; null where none was run. What costs an audit is done only for somebody who may decide.
 * @throws EventError when the pull request cannot be read
 */
export async function decide(context: RunContext<CommentEvent>, ports: ApprovalPorts): Promise<number | null> {
  const { number, commentId, body } = context.event;
  const { client, log } = ports;
  const read = readCommand(body);
  const answer = async (text: string | null): Promise<void> => {
    if (text !== null) log.say(`The comment ${commentId} decides nothing.`);
    note(await answerComment(client, { number, commentId, reaction: text === null ? '+1' : 'confused', text }), log);
  };
  if (read.kind === 'none') return null;
  if (read.kind === 'malformed') {
    await answer(
      `This is not understood. A decision is one line, and nothing else in the comment: ${code(GRAMMAR)}, or \`reject\` in place of \`approve\`. ` +
        'TARGET is a fingerprint or an address as the report has it, HEAD_SHA the full id of the commit that was audited.',
    );
    return null;
  }
  const { command } = read;
  const refuse = (why: string): Promise<void> => answer(`${code(`/infra-audit ${command.decision}`)} decides nothing: ${prose(why)}.`);
  const pull = { ...context, event: await pullRequestOf(number, client) };
  const policy = await ports.readPolicy(pull);
  const terms = policy?.approval ?? null;
  if (policy === null || terms === null) {
    await refuse('the policy of the base branch lets nothing wait for a person');
    return null;
  }
  const approvals = new PullRequestApprovals(client, pull.event, terms);
  const objection = await approvals.objection(String(commentId));
  if (objection !== null) {
    await refuse(objection);
    return null;
  }
  note(await approvals.load(), log);
  const exitCode = await ports.audit(pull, policy, approvals);
  const outcome = approvals.answerTo(String(commentId));
  if (outcome === null) await answer(null);
  else if (outcome !== undefined) await refuse(outcome);
  else if (!(await wasTaken(commentId, client))) await refuse(`nothing that waits for a person is named by ${command.target}`);
  return exitCode;
}

/** An audit that is decided does not ask again: then the reaction tells that it was this comment that decided. */
async function wasTaken(commentId: number, client: GitHubClient): Promise<boolean> {
  const purpose = { lost: '', permission: 'pull-requests: read', fork: false };
  const taken = await deliver(purpose, () => tookEffect(client, commentId));
  return 'delivered' in taken && taken.delivered;
}

async function pullRequestOf(number: number, client: GitHubClient): Promise<PullRequestEvent> {
  const purpose = { lost: `Pull request ${number} could not be read`, permission: 'pull-requests: read', fork: false };
  const pull = await deliver(purpose, () => readPull(client, number));
  if ('notice' in pull) throw new EventError(pull.notice);
  const { headSha, baseSha, draft } = pull.delivered;
  // The token of this event may write, wherever the head is.
  return { kind: 'pull_request', number, headSha, baseSha, fork: false, draft };
}
