/** Top-level blocks that Terraform does not know as they are written. */
import type { Diagnostic } from '../../../domain/diagnostic.ts';
import { headerOf } from '../body.ts';
import type { Folder } from '../folder.ts';
import { findAttribute } from '../folder.ts';
import { refusal } from './refusal.ts';

/** What names a block of each type. */
const LABELS: ReadonlyMap<string, readonly string[]> = new Map([
  ['check', ['name']],
  ['data', ['type', 'name']],
  ['ephemeral', ['type', 'name']],
  ['import', []],
  ['locals', []],
  ['module', ['name']],
  ['moved', []],
  ['output', ['name']],
  ['provider', ['name']],
  ['removed', []],
  ['resource', ['type', 'name']],
  ['terraform', []],
  ['variable', ['name']],
]);

/** Nothing of files that could not be read wholly, since what they lost may be what is missing. */
export function misshapenBlocks({ files, outputs }: Folder): Diagnostic[] {
  const found: Diagnostic[] = [];
  const whole = [...files.values()].filter(({ parsed }) => parsed.errors.length === 0);
  for (const { source, parsed } of whole) {
    for (const item of parsed.body.items) {
      if (item.kind === 'attribute') {
        found.push(refusal(source, item.nameRange, `${item.name} stands outside of any block; move it into one`));
        continue;
      }
      const labels = LABELS.get(item.type);
      if (labels === undefined) {
        // A newer version may have them.
        const message = `blocks of type ${item.type} are not read; if it is no misspelling, what it declares is not audited`;
        const span = source.span(item.typeRange.start, item.typeRange.end);
        found.push({ level: 'warning', code: 'unknown-block', message, file: source.file, span });
      } else if (labels.length !== item.labels.length) {
        const wanted =
          labels.length === 0 ? 'no label' : `${labels.length === 1 ? 'one label, its' : 'two labels, its'} ${labels.join(' and ')}`;
        found.push(refusal(source, headerOf(item), `a block of type ${item.type} has ${wanted}; correct it`));
      }
    }
  }
  const wholeFiles = new Set(whole.map(({ source }) => source));
  for (const [name, output] of outputs) {
    if (wholeFiles.has(output.source) && findAttribute(output, 'value') === undefined)
      found.push(refusal(output.source, headerOf(output.block), `output "${name}" has no value; give it one`));
  }
  return found;
}
