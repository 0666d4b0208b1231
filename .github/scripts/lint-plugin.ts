/** Lint rules that oxlint does not bring, in the shape of an ESLint plugin. */
interface Context {
  report(problem: { node: unknown; message: string }): void;
}

export default {
  meta: { name: 'house' },
  rules: {
    'no-for-in': {
      create: (context: Context) => ({
        ForInStatement(node: unknown): void {
          context.report({ node, message: 'for...in walks inherited keys too: walk Object.keys, a Map or a list with for...of.' });
        },
      }),
    },
  },
};
