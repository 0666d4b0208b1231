/** What keeps a finding from counting: exceptions of the policy, and suppressions beside declarations that the base commit has too. */
import { neighbourhood } from './anchor.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import { groupBy } from './group-by.ts';
import type { Resource } from './resource.ts';
import { contains } from './source.ts';
import type { Span } from './source.ts';
import type { Silence, Standing } from './standing.ts';

/** An exception as the policy has it; null where it does not narrow. */
export interface ExceptionTerms {
  /** Id of a rule; `*` at its end stands for any rest. */
  readonly rule: string;
  /** Address of a resource or of an instance; each `*` stands for any text. */
  readonly resource: string | null;
  /** Glob of files. */
  readonly path: string | null;
  readonly fingerprint: string | null;
  readonly reason: string;
  readonly owner: string;
  /** The last day it applies, `YYYY-MM-DD`. */
  readonly until: string;
  /** File and line. */
  readonly place: string;
}

/** A comment or an entry of a resource's metadata that asks for one rule to be passed over there. */
export interface Suppression {
  /** As in {@link ExceptionTerms}. */
  readonly rule: string;
  /** The resource that it stands beside, or in. */
  readonly root: string;
  readonly address: string;
  /** Names down to the attribute or block that it stands beside: `ingress.cidr_blocks`; empty for the resource itself. */
  readonly scope: string;
  /** Where its findings lie; null: anywhere. */
  readonly within: Span | null;
  readonly reason: string;
  /** The last day it applies, `YYYY-MM-DD`; null: it does not expire. */
  readonly until: string | null;
  /** What it lacks to be one, to follow "the suppression at main.tf:3": `has no reason`; null: nothing. */
  readonly flaw: string | null;
  /** The other scanner that it is meant for; null: it is ours. */
  readonly scanner: string | null;
  /** Where it is written. */
  readonly at: Span;
}

export interface SilencesInput {
  readonly exceptions: readonly ExceptionTerms[];
  readonly suppressions: {
    readonly here: readonly Suppression[];
    /** Those of the base commit, without which none of `here` counts; null: there is nothing that this is a change of. */
    readonly base: readonly Suppression[] | null;
  };
  readonly terms: {
    /** Whether a suppression may silence what is CRITICAL. */
    readonly critical: boolean;
    /** Whether those for other scanners count. */
    readonly foreign: boolean;
  };
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly matchesPath: (glob: string, file: string) => boolean;
}

type Answer = Pick<Standing, 'silence' | 'refusedSilences'>;

export interface Found {
  readonly finding: Finding;
  readonly resource: Resource;
}

/** A suppression with what the base commit has of it; null: nothing, so it does not count. */
interface Settled {
  readonly suppression: Suppression;
  readonly silence: Silence | null;
}

export class Silences {
  readonly #input: SilencesInput;
  readonly #exceptions: ByRule<ExceptionTerms>;
  readonly #suppressions: ByRule<Settled>;

  constructor(input: SilencesInput) {
    const { exceptions, suppressions, terms } = input;
    const counting = ({ scanner }: Suppression): boolean => scanner === null || terms.foreign;
    const settled = settle(suppressions.here.filter(counting), suppressions.base?.filter(counting) ?? null);
    this.#input = input;
    this.#exceptions = new ByRule(exceptions, ({ rule }) => rule);
    this.#suppressions = new ByRule(settled, ({ suppression }) => suppression.rule);
  }

  /** Of several that apply, the one that does so longest; what is refused is told where nothing applies. */
  of(finding: Finding, resource: Resource): Answer {
    const { today } = this.#input;
    const applying: Silence[] = [];
    const refusedSilences: string[] = [];
    for (const exception of this.#exceptions.for(finding.ruleId)) {
      if (!this.#isMeant(exception, finding, resource)) continue;
      const { reason, owner, until, place } = exception;
      if (until < today) refusedSilences.push(`the exception of ${owner} expired on ${until}`);
      else applying.push({ by: 'exception', reason, owner, until, place });
    }
    for (const settled of this.#suppressions.for(finding.ruleId)) {
      if (!isBeside(settled.suppression, finding, resource)) continue;
      const refusal = this.#refusal(settled, finding);
      if (refusal !== null) refusedSilences.push(`the ${nameOf(settled.suppression)} ${refusal}`);
      else if (settled.silence !== null) applying.push(settled.silence);
    }
    const [silence = null] = applying.toSorted((a, b) => lasting(b).localeCompare(lasting(a)));
    return { silence, refusedSilences: silence === null ? refusedSilences : [] };
  }

  /** What ought to be cleaned up, given all that was found: exceptions and suppressions that are over or have nothing to silence. */
  leftovers(found: readonly Found[]): Diagnostic[] {
    const { exceptions, suppressions, today } = this.#input;
    const byRule = groupBy(found, ({ finding }) => finding.ruleId);
    const about = (rule: string): readonly Found[] =>
      rule.endsWith('*') ? [...byRule].flatMap(([id, some]) => (isRule(rule, id) ? some : [])) : (byRule.get(rule) ?? []);
    const unused = exceptions.flatMap((exception): Diagnostic[] => {
      const { rule, owner, until, place } = exception;
      const what = `${place}: the exception of ${owner} for ${rule}`;
      if (until < today)
        return [{ level: 'warning', code: 'expired-exception', message: `${what} expired on ${until}; renew it, or remove it` }];
      if (about(rule).some(({ finding, resource }) => this.#isMeant(exception, finding, resource))) return [];
      return [{ level: 'warning', code: 'unused-exception', message: `${what} has nothing to silence; remove it` }];
    });
    // One beside a declaration of a module is one for each call of the module.
    const written = groupBy(
      suppressions.here.filter(({ scanner }) => scanner === null),
      ({ rule, at }) => [rule, at.file, at.start.offset].join('\u0000'),
    );
    return [
      ...unused,
      ...[...written.values()].flatMap(([first, ...calls]): Diagnostic[] => {
        if (first === undefined) return [];
        const { rule, until, flaw, at } = first;
        const place = { level: 'warning', file: at.file, span: at } as const;
        if (flaw !== null) return [{ ...place, code: 'malformed-suppression', message: `the suppression of ${rule} ${flaw}` }];
        if (until !== null && until < today)
          return [{ ...place, code: 'expired-suppression', message: `the suppression of ${rule} expired on ${until}; remove it` }];
        const isUsed = about(rule).some(({ finding, resource }) => [first, ...calls].some((each) => isBeside(each, finding, resource)));
        if (isUsed) return [];
        return [{ ...place, code: 'unused-suppression', message: `the suppression of ${rule} has nothing to silence here; remove it` }];
      }),
    ];
  }

  #isMeant({ resource: address, path, fingerprint }: ExceptionTerms, finding: Finding, resource: Resource): boolean {
    if (fingerprint !== null && fingerprint !== finding.fingerprint) return false;
    if (path !== null && !this.#input.matchesPath(path, resource.source.file)) return false;
    return address === null || isLike(address, resource.address) || concernsOnly(address, finding, resource);
  }

  /** What follows the suppression's name; null when it counts. */
  #refusal({ suppression: { flaw }, silence }: Settled, { severity }: Finding): string | null {
    const { terms, today } = this.#input;
    if (flaw !== null) return flaw;
    if (silence === null) return 'does not count until it is on the base branch';
    if (silence.until !== null && silence.until < today) return `expired on ${silence.until}`;
    if (severity === 'CRITICAL' && !terms.critical) return 'does not count for what is CRITICAL; that takes an exception in the policy';
    return null;
  }
}

/** Suppressions that the base commit does not have for the same rule at the same place. */
export function addedSuppressions(here: readonly Suppression[], base: readonly Suppression[]): Suppression[] {
  return settle(here, base).flatMap(({ suppression, silence }) => (silence === null ? [suppression] : []));
}

/**
 * The first of those that are alike counts as the first at the base says, the second as the second, and no more than
 * there are: so one cannot be spread over further blocks, nor be prolonged. It may be shortened.
 */
function settle(here: readonly Suppression[], base: readonly Suppression[] | null): Settled[] {
  const before =
    base === null
      ? null
      : groupBy(
          base.filter(({ flaw }) => flaw === null),
          kindOf,
        );
  const taken = new Map<string, number>();
  return here.map((suppression) => {
    if (suppression.flaw !== null) return { suppression, silence: null };
    if (before === null) return { suppression, silence: silenceOf(suppression, suppression.until) };
    const kind = kindOf(suppression);
    const index = taken.get(kind) ?? 0;
    taken.set(kind, index + 1);
    const same = before.get(kind)?.[index];
    return { suppression, silence: same === undefined ? null : silenceOf(same, earlier(same.until, suppression.until)) };
  });
}

function kindOf({ scanner, rule, root, address, scope }: Suppression): string {
  return [scanner ?? '', rule, root, address, scope].join('\u0000');
}

function silenceOf({ reason, at }: Suppression, until: string | null): Silence {
  return { by: 'suppression', reason, owner: null, until, place: placeOf(at) };
}

function earlier(a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  return a < b ? a : b;
}

function nameOf({ scanner, at }: Suppression): string {
  return `suppression${scanner === null ? '' : ` for ${scanner}`} at ${placeOf(at)}`;
}

function placeOf({ file, start }: Span): string {
  return `${file}:${start.line}`;
}

/** Sorts after every date when it does not expire. */
function lasting({ until }: Silence): string {
  return until ?? 'never';
}

/** Beside an attribute of a related declaration it counts too, where a finding points at just that. */
function isBeside({ root, address, within }: Suppression, { span }: Finding, resource: Resource): boolean {
  if (root !== resource.root) return false;
  if (within === null) return address === resource.address;
  return contains(within, span) && neighbourhood(resource).some((near) => near.address === address);
}

/** Whether every instance that the finding is about is named. */
function concernsOnly(pattern: string, { instances, instanceCount }: Finding, resource: Resource): boolean {
  const concerned = instances.length > 0 ? instances : resource.instances.map((instance) => instance.address);
  return concerned.length > 0 && concerned.length >= instanceCount && concerned.every((instance) => isLike(pattern, instance));
}

function isRule(pattern: string, ruleId: string): boolean {
  return pattern.endsWith('*') ? ruleId.startsWith(pattern.slice(0, -1)) : ruleId === pattern;
}

/** Whether a text is the pattern, in which each `*` stands for any text. */
function isLike(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return text === pattern;
  if (!text.startsWith(start)) return false;
  let at = start.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - end.length >= at && text.endsWith(end);
}

/** Looks at those alone that can be meant for a rule. */
class ByRule<T> {
  readonly #exact: ReadonlyMap<string, readonly T[]>;
  readonly #patterns: readonly T[];
  readonly #ruleOf: (item: T) => string;

  constructor(items: readonly T[], ruleOf: (item: T) => string) {
    this.#ruleOf = ruleOf;
    this.#exact = groupBy(
      items.filter((item) => !ruleOf(item).endsWith('*')),
      ruleOf,
    );
    this.#patterns = items.filter((item) => ruleOf(item).endsWith('*'));
  }

  for(ruleId: string): readonly T[] {
    return [...(this.#exact.get(ruleId) ?? []), ...this.#patterns.filter((item) => isRule(this.#ruleOf(item), ruleId))];
  }
}
