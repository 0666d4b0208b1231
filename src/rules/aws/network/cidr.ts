/** Address ranges as AWS reads them: only the prefix counts, so `10.1.2.3/0` is every address. */

export interface AddressRange {
  readonly version: 4 | 6;
  /** First and last address, as numbers. */
  readonly first: bigint;
  readonly last: bigint;
  /** Whether the address that is written is the first one. */
  readonly aligned: boolean;
  /** Of the prefix, in bits. */
  readonly length: number;
}

const BITS = { 4: 32n, 6: 128n } as const;

/** Null when the text is no CIDR; an address without a prefix is that one address. */
export function parseCidr(text: string): AddressRange | null {
  const [address = '', prefix, ...more] = text.trim().split('/');
  if (more.length > 0) return null;
  const version = address.includes(':') ? 6 : 4;
  const value = version === 6 ? parseV6(address) : parseV4(address);
  if (value === null) return null;
  const bits = BITS[version];
  if (prefix !== undefined && !/^\d{1,4}$/u.test(prefix)) return null;
  const length = prefix === undefined ? bits : BigInt(prefix);
  if (length > bits) return null;
  const size = 1n << (bits - length);
  const first = (value / size) * size;
  return { version, first, last: first + size - 1n, aligned: value === first, length: Number(length) };
}

export function isWorld({ version, first, last }: AddressRange): boolean {
  return first === 0n && last === lastAddress(version);
}

/** Whether it is one address. */
export function isHost({ first, last }: AddressRange): boolean {
  return first === last;
}

export function encloses(outer: AddressRange, inner: AddressRange): boolean {
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;
}

export function overlap(a: AddressRange, b: AddressRange): boolean {
  return a.version === b.version && a.first <= b.last && b.first <= a.last;
}

/** Ranges for private networks: RFC 1918 and RFC 4193. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'].map(parseCidr).filter((range) => range !== null);

export function isPrivate(range: AddressRange): boolean {
  return PRIVATE.some((each) => encloses(each, range));
}

/** The widest range a VPC can have: Amazon VPC takes /16 to /28 (IPv6: /44 to /60). */
export const WIDEST = { 4: 16, 6: 44 } as const;

/** Whether it holds more than one VPC can: it is wider than any, or is all there is of a private range. */
export function isWide(range: AddressRange): boolean {
  return range.length < WIDEST[range.version] || PRIVATE.some((each) => encloses(range, each));
}

/**
 * The ranges of one IP version that together leave no address out, such as `0.0.0.0/1` and `128.0.0.0/1`,
 * in order of their first address; null when some address is in none of them.
 */
export function coverOfWorld<T extends { readonly range: AddressRange }>(items: readonly T[], version: 4 | 6): readonly T[] | null {
  const ordered = items
    .filter(({ range }) => range.version === version)
    .toSorted((a, b) => Number(a.range.first > b.range.first) - Number(a.range.first < b.range.first));
  const cover: T[] = [];
  let next = 0n;
  for (const item of ordered) {
    if (item.range.first > next) return null;
    if (item.range.last < next) continue;
    cover.push(item);
    next = item.range.last + 1n;
  }
  return next > lastAddress(version) ? cover : null;
}

function lastAddress(version: 4 | 6): bigint {
  return (1n << BITS[version]) - 1n;
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4) return null;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/u.test(part) || Number(part) > 255) return null;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseV6(text: string): bigint | null {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return null;
  const before = groups(head, tail === undefined);
  const after = groups(tail ?? '', true);
  if (before === null || after === null) return null;
  const zeros = 8 - before.length - after.length;
  if (tail === undefined ? zeros !== 0 : zeros < 1) return null;
  return [...before, ...Array.from({ length: zeros }, () => 0n), ...after].reduce((value, group) => (value << 16n) | group, 0n);
}

/** The 16-bit groups of a part of an IPv6 address; a dotted IPv4 address at the end of the whole makes two. */
function groups(text: string, isEnd: boolean): bigint[] | null {
  if (text === '') return [];
  const result: bigint[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-f]{1,4}$/iu.test(part)) {
      result.push(BigInt(`0x${part}`));
      continue;
    }
    const v4 = isEnd && index === parts.length - 1 ? parseV4(part) : null;
    if (v4 === null) return null;
    result.push(v4 >> 16n, v4 & 0xffffn);
  }
  return result;
}
