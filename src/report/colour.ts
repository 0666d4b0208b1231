import type { Severity } from '../domain/severity.ts';

/** Select Graphic Rendition codes (ECMA-48) of what the report marks. */
const CODES = {
  bold: '1',
  dim: '2',
  red: '31',
  green: '32',
  yellow: '33',
  cyan: '36',
  alarm: '1;97;41',
  boldRed: '1;31',
  boldGreen: '1;32',
  boldYellow: '1;33',
} as const;

export type Style = keyof typeof CODES;

/** Puts text in a style, or leaves it alone. Text is already fit for the terminal. */
export type Paint = (style: Style, text: string) => string;

export function paint(colour: boolean): Paint {
  return colour ? (style, text) => (text === '' ? '' : `\u001b[${CODES[style]}m${text}\u001b[0m`) : (_, text) => text;
}

export function severityStyle(severity: Severity): Style {
  switch (severity) {
    case 'CRITICAL':
      return 'alarm';
    case 'HIGH':
      return 'boldRed';
    case 'MEDIUM':
      return 'boldYellow';
    case 'LOW':
      return 'cyan';
    case 'INFO':
      return 'dim';
    default:
      return severity satisfies never;
  }
}
