/** Rules about what a network ACL lets in from every address. */
import type { Instance } from '../../../domain/resource.ts';
import type { Rule, Violation } from '../../../domain/rule.ts';
import { defineRule } from '../../../domain/rule.ts';
import type { AclEntry } from './acl.ts';
import { ACL_TARGETS, allowing, isDenied, nameFor, neighbours } from './acl.ts';
import { coverOfWorld, isWorld } from './cidr.ts';
import type { Ports } from './ports.ts';
import { ALL_PORTS, are } from './ports.ts';
import type { Range } from './source.ts';
import { doubtsIn, isOfWorld, isRange } from './source.ts';
import type { Answer, Doubt } from './traffic.ts';
import { capital, isDoubt, opens } from './traffic.ts';

/** A {@link Rule} about ports that a network ACL must not open to the world, without what follows from them. */
interface OpenAclRule extends Omit<Rule, 'targets' | 'check' | 'fix'> {
  readonly ports: readonly Ports[];
  /** What is required instead, as the end of a sentence. */
  readonly instead: string;
}

export function openAclRule({ ports, instead, ...rest }: OpenAclRule): Rule {
  return defineRule({ ...rest, targets: ACL_TARGETS, check: (instance) => openToWorld(instance, ports, instead) });
}

function* openToWorld(instance: Instance, ports: readonly Ports[], instead: string): Iterable<Violation> {
  for (const entry of allowing(instance, 'ingress')) {
    // An entry that opens everything is reported once, by the rule about that.
    if (!ports.includes(ALL_PORTS) && opens(entry, ALL_PORTS) === 'yes') continue;
    const answers = ports
      .map((each) => ({ ports: each, answer: within(entry, opens(entry, each)) }))
      .filter(({ answer }) => answer !== 'no');
    const open = answers.filter(({ answer }) => answer === 'yes').map((each) => each.ports);
    const world = entry.sources.filter(isOfWorld);
    if (open.length === 0 || world.length === 0) {
      const [first]: readonly Doubt[] = world.length > 0 ? answers.map(({ answer }) => answer).filter(isDoubt) : doubtsIn(entry.sources);
      if (first === undefined || answers.length === 0) yield* together(entry, open, instead);
      else
        yield undecided(
          answers.map((each) => each.ports),
          first,
          instead,
        );
    }
    for (const source of world) yield* judgeOpen(entry, source, open, instead);
  }
}

/** Says of an entry for the world which ports it opens; those that an earlier entry denies it does not. */
function* judgeOpen(entry: AclEntry, source: Range, open: readonly Ports[], instead: string): Iterable<Violation> {
  const denied = new Map(open.map((ports) => [ports, isDenied(entry, source, ports)]));
  const opened = open.filter((ports) => denied.get(ports) === 'no');
  const doubt = [...denied.values()].find(isDoubt);
  if (opened.length > 0) {
    const { range, span, text } = source;
    const message = `${capital(are(opened))} open to every IPv${range.version} address: ${nameFor(entry)} allows ${text}; ${instead}.`;
    yield { outcome: 'fail', message, span };
  } else if (doubt !== undefined) yield undecided(open, doubt, instead);
}

function undecided(ports: readonly Ports[], { span, why }: Doubt, instead: string): Violation {
  return { outcome: 'undecided', message: `Whether ${are(ports)} open to the world cannot be told: ${why}; ${instead}.`, span };
}

/** Entries for narrower ranges that together are the world, reported at the one with its first addresses. */
function* together(entry: AclEntry, open: readonly Ports[], instead: string): Iterable<Violation> {
  const own = entry.sources.filter(isRange).find(({ range }) => range.first === 0n && !isWorld(range));
  if (own === undefined) return;
  for (const ports of open) {
    const items = neighbours(entry).flatMap((other) => rangesOpenedBy(other, entry, ports));
    const [first, ...rest] = coverOfWorld(items, own.range.version) ?? [];
    if (first?.span !== own.span) continue;
    const others = rest.length === 1 ? String(rest[0]?.text) : `${rest.length} other ranges`;
    const message = `${capital(are([ports]))} open to every IPv${own.range.version} address: ${own.text} and ${others} leave none out; ${instead}.`;
    yield { outcome: 'fail', message, span: own.span };
  }
}

function rangesOpenedBy(other: AclEntry, like: AclEntry, ports: Ports): readonly Range[] {
  if (other.action !== 'allow' || other.direction !== like.direction || opens(other, ports) !== 'yes') return [];
  return other.sources.filter(isRange).filter((source) => isDenied(other, source, ports) === 'no');
}

/** An answer about an entry that may be of the other direction, or a deny. */
function within({ action, direction }: AclEntry, answer: Answer): Answer {
  return answer === 'yes' ? ([action, direction].find(isDoubt) ?? 'yes') : answer;
}
