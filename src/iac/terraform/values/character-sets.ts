/** Character sets by their IANA names, for texts as base64. */

/** What `TextDecoder` takes for something else: it reads Latin-1 and ASCII as windows-1252. */
const NARROW: ReadonlyMap<string, number> = new Map([
  ['iso-8859-1', 0x100],
  ['latin1', 0x100],
  ['us-ascii', 0x80],
]);

/** Undefined for a set that is not known, or bytes that are no text in it. */
export function decodeCharacters(bytes: Uint8Array, name: string): string | undefined {
  const set = name.toLowerCase();
  const narrow = NARROW.get(set);
  if (narrow !== undefined) return bytes.some((byte) => byte >= narrow) ? undefined : Buffer.from(bytes).toString('latin1');
  // Without a byte order it is told by a mark, which readers treat differently.
  if (set === 'utf-16') return undefined;
  return decoder(set)?.decode(bytes);
}

/** Undefined for a set that is not known; null when the text has characters outside of it. */
export function encodeCharacters(text: string, name: string): Uint8Array | null | undefined {
  const set = name.toLowerCase();
  const narrow = NARROW.get(set);
  if (narrow !== undefined)
    return Array.from(text).every((each) => (each.codePointAt(0) ?? 0) < narrow) ? Buffer.from(text, 'latin1') : null;
  if (set === 'utf-8') return Buffer.from(text);
  if (set === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (set === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const table = encoder(set);
  if (table === undefined) return undefined;
  const bytes = Array.from(text, (each) => table.get(each));
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : null;
}

function decoder(set: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(set, { ignoreBOM: true });
  } catch {
    return undefined;
  }
}

/** For sets of one byte a character: what each byte stands for, turned around. */
function encoder(set: string): ReadonlyMap<string, number> | undefined {
  const known = /^(?:windows-125[0-8]|iso-8859-\d+|koi8-[ru]|ibm866|macintosh)$/u.test(set) ? decoder(set) : undefined;
  if (known === undefined) return undefined;
  const characters = Array.from({ length: 256 }, (_, byte): [string, number] => [known.decode(Uint8Array.of(byte)), byte]);
  return new Map(characters.filter(([character]) => character !== '\ufffd'));
}
