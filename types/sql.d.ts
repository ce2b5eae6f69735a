declare module '*.sql' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the text loaders of esbuild and jest export the file's text as default
  export default text;
}
