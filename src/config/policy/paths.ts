/** Globs that a rule is limited to. */
import picomatch from 'picomatch';

/**
 * Whether a file is among the globs: the last that matches decides, and one that begins with `!` takes out. A file that none
 * matches is out, unless the first takes out, as then all others are meant. A glob of a folder stands for all below it.
 */
export function pathFilter(globs: readonly string[]): (file: string) => boolean {
  const matchers = globs.map((glob) => {
    const takesOut = glob.startsWith('!');
    const plain = (takesOut ? glob.slice(1) : glob).replace(/^(?:\.\/)+/u, '').replace(/\/+$/u, '');
    return { takesOut, matches: picomatch([plain, `${plain}/**`], { dot: true }) };
  });
  return (file) => {
    const last = matchers.findLast(({ matches }) => matches(file));
    return last === undefined ? (matchers[0]?.takesOut ?? true) : !last.takesOut;
  };
}
