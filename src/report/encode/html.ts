/** HTML that untrusted text cannot change: it is only made by the template `html`, which escapes what is put into it. */
import { shorten, visible } from './visible.ts';

/** Longest text shown in one piece, and longest link. */
const TEXT_LIMIT = 4000;
const URL_LIMIT = 2000;

class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Html = Markup;

/**
 * A template literal. Text becomes text, also between the double quotes of an attribute's value, the only other place where
 * it may stand; what cannot be seen is shown by number. HTML stays as it is.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly (string | number | Html | readonly Html[])[]): Html {
  return new Markup(strings.map((own, index) => own + written(parts[index] ?? '')).join(''));
}

function written(part: string | number | Html | readonly Html[]): string {
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(({ text }) => text).join('');
  return shorten(visible(String(part)), TEXT_LIMIT).replaceAll(/[&<>"'`]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** A sentence in which what stands in backticks is code. */
export function sentence(text: string): Html {
  return html`${text.split(/(`[^`]+`)/u).map((part, index) => (index % 2 === 1 ? html`<code>${part.slice(1, -1)}</code>` : html`${part}`))}`;
}

/** A link whose text is code; just the code when the URL is not a plain http(s) one. */
export function codeLink(text: string, url: string | null): Html {
  if (url === null || url.length > URL_LIMIT || !/^https?:\/\/[!-~]+$/u.test(url)) return html`<code>${text}</code>`;
  return html`<a href="${url}" rel="noopener noreferrer"><code>${text}</code></a>`;
}
