import type { Plugin } from 'esbuild';
import * as project from '#project';

/**
 * A bundle has what the files of events/ and queries/ say as plain data, each export by itself: what is not used falls
 * away.
 */
export const bundledProject: Plugin = {
  name: 'bundledProject',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#project$/ }, ({ path }) => ({ path, namespace: 'project', sideEffects: false }));
    onLoad({ filter: /.*/, namespace: 'project' }, () => ({
      contents: Object.entries(project)
        .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
        .join('\n'),
    }));
  },
};
