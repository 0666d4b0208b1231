/** Reads CSV as RFC 4180 has it and Go reads it: no stray quotes, empty lines are skipped. */

/** The records of a text; undefined when it is not CSV. */
export function parseCsv(text: string): string[][] | undefined {
  const records: string[][] = [];
  const normal = text.replaceAll('\r\n', '\n');
  let at = 0;
  while (at < normal.length) {
    if (normal[at] === '\n') {
      at += 1;
      continue;
    }
    const record: string[] = [];
    for (;;) {
      const field = normal[at] === '"' ? quoted(normal, at) : bare(normal, at);
      if (field === undefined) return undefined;
      record.push(field.value);
      at = field.end + 1;
      if (normal[field.end] !== ',') break;
    }
    if (record.length !== (records[0]?.length ?? record.length)) return undefined;
    records.push(record);
  }
  return records;
}

interface Field {
  readonly value: string;
  /** Offset of the comma or line break after it. */
  readonly end: number;
}

function bare(text: string, start: number): Field | undefined {
  let end = start;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end += 1;
  const value = text.slice(start, end);
  return value.includes('"') ? undefined : { value: end === text.length ? value.replace(/\r$/u, '') : value, end };
}

function quoted(text: string, start: number): Field | undefined {
  let value = '';
  for (let at = start + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return undefined;
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') {
      const end = quote + 1;
      return end === text.length || text[end] === ',' || text[end] === '\n' ? { value, end } : undefined;
    }
    value += '"';
    at = quote + 2;
  }
}
