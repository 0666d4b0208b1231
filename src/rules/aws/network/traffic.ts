/** Which protocols and ports an entry of a security group or network ACL is about. */
import type { Span } from '../../../domain/source.ts';
import type { Value } from '../../../domain/value.ts';
import { asNumber, asString } from '../../../domain/value.ts';
import { seen } from '../../../domain/wording.ts';
import type { Ports } from './ports.ts';
import { ALL_PORTS } from './ports.ts';

export type Direction = 'ingress' | 'egress';

/** Why something cannot be told, and where. */
export interface Doubt {
  readonly why: string;
  readonly span: Span;
}

export type Answer = 'yes' | 'no' | Doubt;

export function isDoubt(value: unknown): value is Doubt {
  return typeof value === 'object' && value !== null && 'why' in value;
}

export function doubt(value: Value, name: string, expected?: string): Doubt {
  return {
    why: `${name} is ${seen(value)}${value.state === 'known' && expected !== undefined ? `, not ${expected}` : ''}`,
    span: value.span,
  };
}

export interface Traffic {
  /** `all`, or the name of the protocol as AWS writes it; its number where AWS has no name for it. */
  readonly protocol: string | Doubt;
  readonly from: number | Doubt;
  readonly to: number | Doubt;
  /** Terraform refuses a port range together with every protocol; AWS ignores the range then. */
  readonly rangeRulesOutAll: boolean;
}

/** Numbers of the protocols that AWS also takes by name. */
const PROTOCOLS: ReadonlyMap<string, string> = new Map([
  ['-1', 'all'],
  ['1', 'icmp'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['58', 'icmpv6'],
]);

export function readProtocol(value: Value, name: string): string | Doubt {
  if (value.state !== 'known' || (typeof value.data !== 'string' && typeof value.data !== 'number'))
    return doubt(value, name, 'a protocol');
  const text = String(value.data).trim().toLowerCase();
  return PROTOCOLS.get(text) ?? text;
}

export function readPort(value: Value, name: string): number | Doubt {
  const text = String(asNumber(value) ?? asString(value));
  return /^-?\d{1,5}$/u.test(text) ? Number(text) : doubt(value, name, 'a port');
}

/** Whether it is about these ports. */
export function opens(traffic: Traffic, ports: Ports): Answer {
  const { protocol } = traffic;
  if (protocol === 'all') return 'yes';
  const protocols = isDoubt(protocol) ? ports.protocols : ports.protocols.filter((each) => each === protocol);
  if (protocols.length === 0) return 'no';
  const inRange = ports.anyBut === undefined ? covers(traffic, ports) : leaves(traffic, ports.anyBut, protocols);
  if (inRange === 'no' && !mayBeAll(traffic)) return 'no';
  return [protocol, inRange].find(isDoubt) ?? 'yes';
}

/** Whether a protocol that is not known can be every protocol, whatever the ports. */
export function mayBeAll({ protocol, from, to, rangeRulesOutAll }: Traffic): boolean {
  return isDoubt(protocol) && !(rangeRulesOutAll && (isPositive(from) || isPositive(to)));
}

/** Whether the range holds the whole of another. */
function covers({ from, to }: Traffic, ports: Ports): Answer {
  if ((!isDoubt(from) && from > ports.from) || (!isDoubt(to) && to < ports.to)) return 'no';
  return [from, to].find(isDoubt) ?? 'yes';
}

/** Whether the range holds a port that is none of the listed; each end of a range is in it. */
function leaves({ from, to }: Traffic, listed: readonly Ports[], protocols: Ports['protocols']): Answer {
  const isListed = (port: number): boolean =>
    listed.some((each) => each.from <= port && port <= each.to && protocols.every((protocol) => each.protocols.includes(protocol)));
  if ([from, to].some((end) => isPositive(end) && !isListed(end))) return 'yes';
  if (isDoubt(from)) return from;
  if (isDoubt(to)) return to;
  for (let port = Math.max(from, 1); port <= Math.min(to, ALL_PORTS.to); port += 1) if (!isListed(port)) return 'yes';
  return 'no';
}

function isPositive(port: number | Doubt): port is number {
  return !isDoubt(port) && port > 0;
}

/** Whether it is about every port of every protocol, or of one that has ports. */
export function opensAll(traffic: Traffic): Answer {
  return opens(traffic, ALL_PORTS);
}

/** In words: `tcp 20-25`, `every protocol and port`. */
export function wordsFor({ protocol, from, to }: Traffic): string {
  if (protocol === 'all') return 'every protocol and port';
  const shown = (part: string | number | Doubt): string => (isDoubt(part) ? 'unknown' : String(part));
  return `${shown(protocol)} ${from === to ? shown(from) : `${shown(from)}-${shown(to)}`}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
