/** What a security group opens to every address, and what it lets out to every address. */
import type { Instance } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { Severity } from '../../../domain/severity.ts';
import { coverOfWorld } from './cidr.ts';
import { lessSevere, mitigationOf } from './exposure.ts';
import type { Ports } from './ports.ts';
import { are } from './ports.ts';
import type { Entry } from './security-group.ts';
import { entriesOf, TARGETS } from './security-group.ts';
import type { Range } from './source.ts';
import { doubtsIn, isOfWorld, isRange } from './source.ts';
import type { Answer, Doubt } from './traffic.ts';
import { capital, isDoubt, opens, wordsFor } from './traffic.ts';

/** A {@link Rule} about ports that must not be open to the world, without what follows from them. */
interface OpenPortsRule extends Omit<Rule, 'targets' | 'check' | 'fix'>, Question {}

export function openPortsRule({ ports, except, instead, ...rest }: OpenPortsRule): Rule {
  const question = { ports, instead, severity: rest.severity, ...(except === undefined ? {} : { except }) };
  return defineRule({ ...rest, targets: TARGETS.ingress, check: (instance) => openToWorld(instance, question) });
}

/** What a rule asks of the entries. */
interface Question {
  readonly severity: Severity;
  readonly ports: readonly Ports[];
  /** Entries that open all of these are left to the rule about them. */
  readonly except?: Ports;
  /** What is required instead, as the end of a sentence. */
  readonly instead: string;
}

interface Open extends Range {
  readonly ports: readonly Ports[];
}

/** Yields a failure at each CIDR through which the world reaches some of the ports, and undecided at each entry that might let it. */
function* openToWorld(instance: Instance, question: Question): Iterable<Violation> {
  const { ports, except, instead } = question;
  const narrow: Open[] = [];
  const mitigation = mitigationOf(instance.resource);
  const severity = mitigation === null ? question.severity : lessSevere(question.severity);
  const fail = (opened: readonly Ports[], { range, span }: Range, how: string): Violation => ({
    outcome: 'fail',
    message: `${capital(are(opened))} open to every IPv${range.version} address: ${how}${mitigation === null ? '' : `, ${mitigation}`}; ${instead}.`,
    span,
    severity,
  });
  for (const entry of entriesOf(instance, 'ingress')) {
    if (except !== undefined && opens(entry, except) === 'yes') continue;
    const answers = ports
      .map((each) => ({ ports: each, answer: within(entry, opens(entry, each)) }))
      .filter(({ answer }) => answer !== 'no');
    const open = answers.filter(({ answer }) => answer === 'yes').map((each) => each.ports);
    const world = entry.sources.filter(isOfWorld);
    if (open.length === 0 || world.length === 0) {
      yield* undecided(entry, answers, world.length > 0, instead, severity);
      narrow.push(...entry.sources.filter(isRange).map((source) => ({ ...source, ports: open })));
      continue;
    }
    for (const source of world) yield fail(open, source, `${source.text} may reach ${wordsFor(entry)}`);
  }
  for (const each of ports) {
    for (const { first, others } of together(narrow.filter((item) => item.ports.includes(each)))) {
      yield fail([each], first, `${first.text} and ${others} leave none out`);
    }
  }
}

/** An answer about an entry that may be of the other direction. */
function within({ direction }: Entry, answer: Answer): Answer {
  return answer === 'yes' && isDoubt(direction) ? direction : answer;
}

function* undecided(
  entry: Entry,
  answers: readonly { ports: Ports; answer: Answer }[],
  world: boolean,
  instead: string,
  severity: Severity,
): Iterable<Violation> {
  const [first]: readonly Doubt[] = world ? answers.map(({ answer }) => answer).filter(isDoubt) : doubtsIn(entry.sources);
  if (first === undefined || answers.length === 0) return;
  yield {
    outcome: 'undecided',
    message: `Whether ${are(answers.map((each) => each.ports))} open to the world cannot be told: ${first.why}; ${instead}.`,
    span: first.span,
    severity,
  };
}

/** Narrower ranges that together are the world: `0.0.0.0/1` and `128.0.0.0/1`. */
function together<T extends Range>(narrow: readonly T[]): { readonly first: T; readonly others: string }[] {
  return ([4, 6] as const).flatMap((version) => {
    const [first, ...rest] = coverOfWorld(narrow, version) ?? [];
    if (first === undefined) return [];
    return [{ first, others: rest.length === 1 ? String(rest[0]?.text) : `${rest.length} other ranges` }];
  });
}

/**
 * Yields a failure at each CIDR that lets traffic out to every address, and undecided where that may be.
 * @param is which traffic is meant; what it is not sure about is undecided
 */
export function* openToLeave(instance: Instance, is: (entry: Entry) => Answer, instead: string): Iterable<Violation> {
  const narrow: Range[] = [];
  for (const entry of entriesOf(instance, 'egress')) {
    const answer = within(entry, is(entry));
    if (answer === 'no') continue;
    const world = entry.sources.filter(isOfWorld);
    const [doubtful]: readonly Doubt[] = world.length === 0 ? doubtsIn(entry.sources) : [answer].filter(isDoubt);
    if (doubtful !== undefined) {
      const message = `Whether ${isDoubt(entry.protocol) ? 'traffic' : wordsFor(entry)} may leave for every address cannot be told: ${doubtful.why}; ${instead}.`;
      yield { outcome: 'undecided', message, span: doubtful.span };
    } else if (answer === 'yes') {
      for (const { text, range, span } of world) {
        yield { outcome: 'fail', message: `${text} lets ${wordsFor(entry)} out to every IPv${range.version} address; ${instead}.`, span };
      }
      if (world.length === 0) narrow.push(...entry.sources.filter(isRange));
    }
  }
  for (const { first, others } of together(narrow)) {
    const message = `${first.text} and ${others} together let traffic out to every IPv${first.range.version} address; ${instead}.`;
    yield { outcome: 'fail', message, span: first.span };
  }
}
