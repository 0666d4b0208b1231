import type { Annotation } from '../annotations.ts';
import { shorten, visible } from './visible.ts';

/** Characters of an annotation's message and title that a runner and GitHub keep. */
const MESSAGE_LIMIT = 4000;
const TITLE_LIMIT = 200;

/** One line that makes the runner show an annotation: `::error file=main.tf,line=3,...::message`. */
export function workflowCommand(annotation: Annotation): string {
  const { level, file, startLine, endLine, startColumn, endColumn, title, message } = annotation;
  const properties = [
    ['file', file],
    ['line', startLine],
    ['endLine', endLine],
    ['col', startColumn],
    ['endColumn', endColumn],
    ['title', shorten(visible(title), TITLE_LIMIT)],
  ] as const;
  const written = properties.flatMap(([name, value]) => (value === null ? [] : [`${name}=${property(String(value))}`]));
  return `::${level} ${written.join(',')}::${data(shorten(visible(message, '\n'), MESSAGE_LIMIT))}`;
}

/** Text after the last `::`; a `##[` in it could be taken for a command of its own. */
function data(text: string): string {
  return text.replaceAll('##[', '# #[').replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
