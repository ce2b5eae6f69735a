/** Jest's counterpart of esbuild's text loader: a .sql file is its text. */
export default {
  process: (text) => ({ code: `module.exports = ${JSON.stringify(text)};` }),
  processAsync: async (text) => ({ code: `export default ${JSON.stringify(text)};` }),
};
