/** The text of a policy document as the provider writes it. */
import type { Datum } from './values/datum.ts';
import { encodeJson } from './values/json-encode.ts';

/** Keys that stand in the provider's order; all others follow by name. */
const ORDER = [
  'Version',
  'Id',
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
  'Statement',
];

/** Undefined when a part is not known. `indented`: by two spaces, a part to a line. */
export function encodePolicy(document: Datum, indented: boolean): string | undefined {
  return write(document, indented ? '\n' : '');
}

/** `margin`: the line break before what is at the level of the datum itself; empty for none. */
function write(datum: Datum, margin: string): string | undefined {
  const inner = margin === '' ? '' : `${margin}  `;
  if (datum.kind === 'sequence') {
    const items = datum.items.map((item) => write(item, inner));
    return items.includes(undefined) ? undefined : enclosed('[', ']', items.join(`,${inner}`), { margin, inner });
  }
  if (datum.kind === 'mapping') {
    const colon = margin === '' ? ':' : ': ';
    const ordered = [...datum.entries].toSorted(([a], [b]) => rank(a) - rank(b));
    const entries = ordered.map(([key, item]) => {
      const text = write(item, inner);
      return text === undefined ? undefined : `${encodeJson({ kind: 'string', value: key }) ?? ''}${colon}${text}`;
    });
    return entries.includes(undefined) ? undefined : enclosed('{', '}', entries.join(`,${inner}`), { margin, inner });
  }
  return encodeJson(datum);
}

function enclosed(open: string, close: string, text: string, { margin, inner }: { margin: string; inner: string }): string {
  return text === '' ? `${open}${close}` : `${open}${inner}${text}${margin}${close}`;
}

function rank(key: string): number {
  const index = ORDER.indexOf(key);
  return index === -1 ? ORDER.length : index;
}
