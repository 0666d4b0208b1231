/** What a comment asks for: one line, and nothing else in the comment. */

export interface Command {
  readonly decision: 'approve' | 'reject';
  /** As it was written: a fingerprint, the beginning of one, an address, or `FOLDER:ADDRESS`. */
  readonly target: string;
  readonly headSha: string;
  readonly reason: string | null;
}

export type Read =
  /** Not meant for this program. */
  | { readonly kind: 'none' }
  /** Meant for it, and not of its grammar. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'command'; readonly command: Command };

const COMMAND = /^\/infra-audit (approve|reject) ([A-Za-z0-9._:/@-]{1,512}) ([0-9a-f]{40}|[0-9a-f]{64})(?: +([ -~]{1,500}))?$/u;

/** What would end up as code, quote or HTML where the reason is shown. */
const MARKUP = /[`<>]/u;

export const GRAMMAR = '/infra-audit approve TARGET HEAD_SHA [REASON]';

/**
 * The command of a comment. A line further down, quoted or indented is none: whoever cites a command gives none.
 * @param body of any origin and length
 */
export function readCommand(body: string): Read {
  if (!/^\/infra-audit(?=\s|$)/u.test(body)) return { kind: 'none' };
  const [, decision, target = '', headSha = '', reason = null] = COMMAND.exec(body.trimEnd()) ?? [];
  if (decision !== 'approve' && decision !== 'reject') return { kind: 'malformed' };
  if (reason !== null && MARKUP.test(reason)) return { kind: 'malformed' };
  return { kind: 'command', command: { decision, target, headSha, reason } };
}

/** What can be decided: a declaration, and fingerprints of what is found in it. */
export interface Decidable {
  readonly ref: { readonly root: string; readonly address: string };
  readonly fingerprints: readonly string[];
}

const FINGERPRINT = /^[0-9a-f]{32}$/u;
const BEGINNING = /^[0-9a-f]{12,31}$/u;

/**
 * The fingerprints of a request that a target covers. What is short is measured by everything that is declared: two resources of
 * one address, or two fingerprints that begin alike, can be made by the author of a change.
 * @param declared null: it is not known, so that nothing short covers anything
 */
export function coveredBy(target: string, request: Decidable, declared: readonly Decidable[] | null): readonly string[] {
  if (FINGERPRINT.test(target)) return request.fingerprints.filter((each) => each === target);
  if (BEGINNING.test(target)) {
    const alike = new Set((declared ?? []).flatMap(({ fingerprints }) => fingerprints).filter((each) => each.startsWith(target)));
    return alike.size === 1 ? request.fingerprints.filter((each) => alike.has(each)) : [];
  }
  const { root, address } = request.ref;
  if (target === `${root}:${address}`) return request.fingerprints;
  const unique = (declared ?? []).filter((each) => each.ref.address === target).length === 1;
  return target === address && unique ? request.fingerprints : [];
}
