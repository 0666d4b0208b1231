/** Pages as a browser sees them, as far as the tests look: tags with their attributes, text, and what a script can do to them. */

export interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Elements without content, and those of ours that are closed at once. */
const VOID = new Set(['meta', 'input']);

/** @throws Error when the page is not made of whole tags that close in order, and text without `<` */
export function tagsOf(page: string): Tag[] {
  const body = page.replace('<!DOCTYPE html>\n', '').replaceAll(/(<(style|script)>)[^<]*(?=<\/\2>)/gu, '$1');
  const tags: Tag[] = [];
  const open: string[] = [];
  const rest = body.replaceAll(
    /<(\/?)([a-z][a-z0-9]*)((?: [A-Za-z-]+(?:="[^"<>]*")?)*)(\/?)>/gu,
    (_, slash: string, name: string, written: string, single: string) => {
      const pairs = [...written.matchAll(/ ([A-Za-z-]+)(?:="([^"]*)")?/gu)].map(([, key = '', value = '']) => [key, value] as const);
      tags.push({ name, closing: slash === '/', attributes: new Map(pairs) });
      if (slash === '/' && open.pop() !== name) throw new Error(`</${name}> closes something else`);
      if (slash === '' && single === '' && !VOID.has(name)) open.push(name);
      return '';
    },
  );
  if (/[<>]/u.test(rest)) throw new Error(`not a tag of ours: ${/.{0,40}[<>].{0,40}/u.exec(rest)?.[0]}`);
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`);
  return tags;
}

/** What a reader sees of a part of the page. */
export function textOf(part: string): string {
  return part.replaceAll(/<[^>]*>/gu, '').replaceAll(/&#([0-9]+);/gu, (_, digits: string) => String.fromCodePoint(Number(digits)));
}
