/** Why something was not delivered, as a sentence that names the permission line or setting to change. */
import type { Failure } from './client.ts';
import { GitHubError } from './client.ts';

/** Either it was delivered, or a sentence says why not and what to do. It never changes a verdict. */
export type Delivery<T> = { readonly delivered: T } | { readonly notice: string };

export interface Purpose {
  /** What was not done, as a sentence begins: `The summary comment was not written`. */
  readonly lost: string;
  /** The line under `permissions:` that allows it. */
  readonly permission: string;
  /** On a pull request from a fork no permission line helps. */
  readonly fork: boolean;
}

/** Runs one delivery; only failures of GitHub become notices. */
export async function deliver<T>(purpose: Purpose, act: () => Promise<T>): Promise<Delivery<T>> {
  try {
    return { delivered: await act() };
  } catch (error) {
    if (error instanceof GitHubError) return { notice: `${purpose.lost}: ${explain(error.failure, purpose)}` };
    throw error;
  }
}

export function explain(failure: Failure, purpose: Purpose): string {
  switch (failure.kind) {
    case 'refused':
      return explainRefusal(failure, purpose);
    case 'limited':
      return `GitHub limits the rate of requests and asks to wait ${failure.waitSeconds} s, which is longer than this run may; run it again later.`;
    case 'unclear':
      return `${failure.reason}; run it again, or see https://www.githubstatus.com.`;
    default:
      return failure satisfies never;
  }
}

function explainRefusal(
  { status, message, acceptedPermissions }: Extract<Failure, { kind: 'refused' }>,
  { permission, fork }: Purpose,
): string {
  const said = `GitHub said: ${message}`;
  switch (status) {
    case 401:
      return `the token is missing or no longer valid. Leave the input \`github-token\` out to use the job's own. (${said})`;
    case 403:
      if (/\blocked\b/iu.test(message)) return `the conversation is locked; unlock it, or set \`comment: never\`. (${said})`;
      if (/GitHub App/u.test(message))
        return `GitHub takes check runs only from an App. Leave the input \`github-token\` out to use the job's own, or set \`check-name: none\`. (${said})`;
      if (/archived|read-only/iu.test(message)) return `the repository is archived and cannot be written to. (${said})`;
      if (fork)
        return `\`${permission}\` is never granted to a pull request from a fork, so its token can only read. The whole report is in the job summary. (${said})`;
      return `the token may not do this. Add the line \`${permission}\` under \`permissions:\` of the job. (${said}${acceptedPermissions === null ? '' : `; it accepts ${acceptedPermissions}`})`;
    case 404:
      return `the pull request, commit or repository is gone, or the token cannot see it. A private repository needs the line \`${permission}\` under \`permissions:\` of the job. (${said})`;
    case 410:
      return `this is switched off for the repository or was deleted; see its settings. (${said})`;
    case 413:
      return `it is too large for GitHub. (${said})`;
    case 422:
      return /too long/iu.test(message)
        ? `it is longer than GitHub takes. The whole report is in the job summary. (${said})`
        : `GitHub found it invalid. (${said})`;
    case 451:
      return `access to the repository is blocked for legal reasons. (${said})`;
    default:
      return `GitHub answered ${status}. (${said})`;
  }
}
