import type { Datum } from '../values/datum.ts';
import { bool, failure, sequence, string, unknown } from '../values/datum.ts';
import { toInteger } from '../values/number.ts';
import type { FunctionTable } from './define.ts';
import { numberOf, numericOf, textOf } from './define.ts';

interface Network {
  readonly address: bigint;
  readonly prefix: number;
  readonly bits: 32 | 128;
}

export const networkFunctions: FunctionTable = {
  cidrcontains: { parameters: ['string', 'string'], run: ([outer, inner]) => contains(textOf(outer), textOf(inner)) },
  cidrhost: { parameters: ['string', 'number'], run: ([network, host]) => cidrHost(textOf(network), toInteger(numericOf(host))) },
  cidrnetmask: { parameters: ['string'], run: ([network]) => netmask(textOf(network)) },
  cidrsubnet: {
    parameters: ['string', 'number', 'number'],
    run: ([network, bits, index]) => cidrSubnet(textOf(network), numberOf(bits), toInteger(numericOf(index))),
  },
  cidrsubnets: { parameters: ['string'], rest: 'number', run: ([network, ...bits]) => cidrSubnets(textOf(network), bits.map(numberOf)) },
};

/** How addresses that hold an IPv4 address are written differs, so they are left alone. */
function noNetwork(text: string): Datum {
  return /:.*\./u.test(text)
    ? unknown('addresses of IPv4 within IPv6 are not evaluated here')
    : failure('this is no address block such as 10.0.0.0/16');
}

function cidrHost(text: string, host: bigint | undefined): Datum {
  const network = parse(text);
  if (network === undefined) return noNetwork(text);
  if (host === undefined) return failure('the number of a host must be whole');
  const size = 1n << BigInt(network.bits - network.prefix);
  const offset = host < 0n ? size + host : host;
  if (offset < 0n || offset >= size) return failure('the block does not hold that many hosts');
  return string(write(network.address + offset, network.bits));
}

function netmask(text: string): Datum {
  const network = parse(text);
  if (network === undefined || network.bits === 128) return noNetwork(text);
  return string(write(((1n << BigInt(network.prefix)) - 1n) << BigInt(32 - network.prefix), 32));
}

function cidrSubnet(text: string, bits: number, index: bigint | undefined): Datum {
  const network = parse(text);
  if (network === undefined) return noNetwork(text);
  if (!Number.isInteger(bits) || index === undefined) return failure('the number of bits and of the subnet must be whole');
  const prefix = network.prefix + bits;
  if (prefix > network.bits) return failure('the block has too few bits left');
  if (bits < 0) return unknown('a block that is made larger is not evaluated here');
  if (index < 0n || index >= 1n << BigInt(bits)) return failure('the block does not hold that many subnets');
  return string(`${write(network.address + (index << BigInt(network.bits - prefix)), network.bits)}/${prefix}`);
}

function cidrSubnets(text: string, sizes: readonly number[]): Datum {
  const network = parse(text);
  if (network === undefined) return noNetwork(text);
  const end = network.address + (1n << BigInt(network.bits - network.prefix));
  let next = network.address;
  const subnets: Datum[] = [];
  for (const bits of sizes) {
    const prefix = network.prefix + bits;
    if (!Number.isInteger(bits) || bits < 1 || bits > 32 || prefix > network.bits)
      return failure('a subnet must have one bit more than the block, and at most 32 more');
    const size = 1n << BigInt(network.bits - prefix);
    const start = ((next + size - 1n) / size) * size;
    if (start + size > end) return failure('the block has no room left');
    subnets.push(string(`${write(start, network.bits)}/${prefix}`));
    next = start + size;
  }
  return sequence('list', subnets);
}

function contains(outer: string, inner: string): Datum {
  const network = parse(outer);
  const other = parse(inner.includes('/') ? inner : `${inner}/${inner.includes(':') ? 128 : 32}`);
  if (network === undefined || other === undefined) return noNetwork(`${outer} ${inner}`);
  if (network.bits !== other.bits) return failure('the block and the address are of different versions of IP');
  const shift = BigInt(network.bits - network.prefix);
  return bool(other.prefix >= network.prefix && other.address >> shift === network.address >> shift);
}

function parse(text: string): Network | undefined {
  const [host = '', length = '', ...more] = text.split('/');
  const bits = host.includes(':') ? 128 : 32;
  if (more.length > 0 || !/^\d{1,3}$/u.test(length) || Number(length) > bits) return undefined;
  const address = bits === 32 ? parseV4(host) : parseV6(host);
  if (address === undefined) return undefined;
  const shift = BigInt(bits - Number(length));
  return { address: (address >> shift) << shift, prefix: Number(length), bits };
}

function parseV4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/u.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/iu.test(group))) return undefined;
  return groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function write(address: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((address >> BigInt(112 - 16 * index)) & 0xffffn).toString(16));
  // The longest run of two zero groups or more is left out, the first of equal ones.
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > best.length) best = { start, length };
  }
  if (best.length === 1) return groups.join(':');
  return `${groups.slice(0, best.start).join(':')}::${groups.slice(best.start + best.length).join(':')}`;
}
